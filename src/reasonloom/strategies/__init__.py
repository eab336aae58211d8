"""One file a method; `make_strategy` builds one from its spec."""
