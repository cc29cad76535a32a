"""The review on a merge request of GitLab: a note that updates itself, and threads at changed lines."""
