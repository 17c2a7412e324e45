"""A signed plan carried out, record by record: intent, call, outcome."""
