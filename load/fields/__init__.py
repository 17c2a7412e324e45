"""What must be defined in Nutshell before anything is loaded, checked against the account."""
