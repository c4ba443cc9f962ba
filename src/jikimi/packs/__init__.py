"""Law packs, recipients, helplines and letter wordings, as data.

Nothing here runs. `jikimi.venues.packs` reads these folders, and `docs/formats/` describes them.
A new law, recipient, country or language is one new file.
"""
