"""The vault: keys, what they seal, pseudonyms and caller codes; only its services may be called from outside."""
