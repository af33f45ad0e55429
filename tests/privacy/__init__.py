"""Several brands in one installation: nobody learns anything about a brand they have no part in."""
