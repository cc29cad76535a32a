"""What a team and the learning team do together: requests, their gates, and schedules."""
