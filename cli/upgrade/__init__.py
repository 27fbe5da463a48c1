"""What `labs upgrade` looks at and does: versions, the changelog, what is yours, the merge of ours, renamed keys."""
