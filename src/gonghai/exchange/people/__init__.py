"""Files of people: who is there, in which department and roles, who leaves and who comes back."""
