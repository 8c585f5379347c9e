# io: sources and tests of the journal, hooks, secrets and the service manager
