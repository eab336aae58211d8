"""nano's accuracy against its thinking, ended early and told to go on."""
