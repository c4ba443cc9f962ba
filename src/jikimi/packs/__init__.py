"""Law packs, recipients, helplines, letter wordings and guides, as data.

Nothing here runs. `jikimi.venues.packs` and `jikimi.venues.guides` read these folders, and
`docs/formats/` describes them. A new law, recipient, country or language is one
new file.
"""
