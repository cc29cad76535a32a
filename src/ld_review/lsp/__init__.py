"""The language server: the review of a page while it is written, in any editor that speaks the protocol.

``places`` counts as editors count, ``grounds`` knows what holds for a page, ``diagnostics``, ``actions``,
``silencing``, ``hover`` and ``symbols`` say it in the words of the protocol, ``server`` decides when.
"""
