"""What the registered experiments on training share: records, tables, pictures, runs."""
