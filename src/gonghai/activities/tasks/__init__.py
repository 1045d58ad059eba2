"""Follow-up tasks: giving them over a selection of customers, done by the follow-up itself, refused, cancelled, passed on."""
