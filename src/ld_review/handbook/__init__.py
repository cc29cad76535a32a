"""The whole handbook: which address each page has, what it offers to links, and where links lead."""
