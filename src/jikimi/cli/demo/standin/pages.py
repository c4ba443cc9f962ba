"""The stand-in's pages. Each says what it is, in plain words."""

from html import escape

_NOTICE = (
    "This is a stand-in platform for demonstrations and tests. It is no real website, "
    "the picture on it is a harmless one, and nobody but this computer can reach it."
)
_STYLE = (
    "body{font:1.05rem/1.65 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;"
    "color:#1d282b;background:#fbfaf7}aside{border:1px solid #d8dcd6;border-radius:.9rem;"
    "padding:.75rem 1rem;background:#fff}img{max-width:100%;height:auto;border-radius:.9rem}"
)


def front_page(posts: tuple[str, ...]) -> str:
    """Every post that is up."""
    items = "".join(f'<li><a href="/p/{post}">Post {post}</a></li>' for post in posts)
    return _page("Posts", f"<ul>{items}</ul>" if posts else "<p>There are no posts.</p>")


def post_page(post: str) -> str:
    """A post with its picture."""
    picture = f'<img src="/i/{post}.jpg" alt="A harmless picture, posted for a demonstration">'
    return _page(f"Post {post}", f"<p>{picture}</p>")


def removed_page() -> str:
    return _page("Removed", "<p>This post was removed after a notice.</p>")


def missing_page() -> str:
    return _page("Nothing here", "<p>There is no such page.</p>")


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)} – stand-in platform</title><style>{_STYLE}</style></head>"
        f"<body><aside>{_NOTICE}</aside><main><h1>{escape(title)}</h1>{content}</main></body></html>"
    )
