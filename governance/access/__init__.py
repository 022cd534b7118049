"""Who may do what: roles, administrations, permissions and purposes. Knows no web library, no database and no token."""
