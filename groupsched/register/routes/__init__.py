"""What is known of people and of what was done, for those who may read it."""

from groupsched.register.routes import audit, outbox

blueprints = (audit.blueprint, outbox.blueprint)
