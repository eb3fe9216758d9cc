"""What people wrote down about the run of a sample, beside its logs."""
