# Stories with a clock of their own, through the core and an app that is a fake: README.md.

check_PROGRAMS += tests/scenario/run
TESTS += tests/scenario/run
tests_scenario_run_SOURCES = \
	tests/scenario/run.c tests/scenario/scenario.c tests/scenario/scenario.h \
	tests/scenario/plan.c tests/scenario/plan.h tests/scenario/azure.c tests/scenario/azure.h \
	tests/scenario/who.c tests/scenario/who.h tests/scenario/log.c tests/scenario/log.h \
	tests/scenario/kept.c tests/scenario/kept.h tests/scenario/daemon.c tests/scenario/daemon.h \
	tests/scenario/polls.c tests/scenario/beyond.c tests/scenario/beyond.h tests/scenario/check.c tests/scenario/expect.c tests/scenario/expect.h \
	tests/scenario/mutes.c tests/scenario/mutes.h \
	tests/scenario/play.c tests/scenario/play.h tests/scenario/wild.c tests/scenario/wild.h
tests_scenario_run_LDADD = libcore.a
EXTRA_DIST += tests/scenario/README.md $(scenarios)
scenarios = \
	tests/scenario/storm-of-silenced-causes.txt tests/scenario/storm-after-months.txt tests/scenario/storm-silenced-when-it-was-told.txt \
	tests/scenario/storm-beside-a-silenced-circuit.txt \
	tests/scenario/silence-ends-soon.txt tests/scenario/silence-ends-harmlessly.txt \
	tests/scenario/window-resolve-inside.txt tests/scenario/silence-by-severity-at-once.txt \
	tests/scenario/silence-of-the-lower-severity.txt tests/scenario/silence-of-the-higher-severity.txt \
	tests/scenario/window-and-wrong-clock.txt \
	tests/scenario/session-reset-by-metric.txt tests/scenario/session-reset-by-uptime.txt \
	tests/scenario/session-reset-both-witnesses.txt tests/scenario/session-loss-is-no-reset.txt \
	tests/scenario/connection-down.txt tests/scenario/connection-explained.txt tests/scenario/global-reach-down.txt \
	tests/scenario/connection-comes-back.txt \
	tests/scenario/port-down.txt tests/scenario/port-reload.txt tests/scenario/light-level.txt \
	tests/scenario/port-circuit-refused.txt \
	tests/scenario/planned-maintenance.txt tests/scenario/maintenance-both-paths.txt tests/scenario/resource-health.txt \
	tests/scenario/connection-over-restart.txt tests/scenario/maintenance-over-restart.txt \
	tests/scenario/connection-severity.txt \
	tests/scenario/maintenance-while-blind.txt \
	tests/scenario/maintenance-and-severity.txt tests/scenario/light-over-restart.txt \
	tests/scenario/port-one-link-unknown.txt \
	tests/scenario/attributes-changed.txt tests/scenario/attributes-in-motion.txt \
	tests/scenario/bandwidth-not-as-expected.txt tests/scenario/arp-incomplete.txt tests/scenario/arp-table.txt \
	tests/scenario/arp-table-of-a-lost-session.txt tests/scenario/route-limit.txt tests/scenario/billed-for-weeks.txt \
	tests/scenario/blind-credential-recovers.txt \
	tests/scenario/silence-ends-still-broken.txt tests/scenario/silence-outlives-the-trouble.txt \
	tests/scenario/resolve-is-never-muted.txt tests/scenario/window-outlived.txt \
	tests/scenario/window-over-while-down.txt tests/scenario/silence-and-severity.txt \
	tests/scenario/silence-and-suppression.txt tests/scenario/silence-and-the-clock.txt \
	tests/scenario/silences-overlap.txt \
	tests/scenario/reminders.txt tests/scenario/reminders-over-restart.txt tests/scenario/reminders-and-silence.txt \
	tests/scenario/reminders-and-severity.txt tests/scenario/escalation.txt tests/scenario/flapping.txt \
	tests/scenario/flapping-and-stays-down.txt tests/scenario/flapping-never-confirmed.txt \
	tests/scenario/flapping-dips-are-none.txt tests/scenario/flapping-severity.txt \
	tests/scenario/fifteen-changes-and-down.txt tests/scenario/fifteen-changes-and-up.txt \
	tests/scenario/acknowledged.txt tests/scenario/acknowledged-for-a-while.txt \
	tests/scenario/acknowledged-and-worse.txt tests/scenario/acknowledged-in-a-silence.txt tests/scenario/acknowledged-and-the-clock.txt \
	tests/scenario/blind-credential-shrinks.txt tests/scenario/blind-with-open-incident.txt \
	tests/scenario/both-paths-at-once.txt tests/scenario/both-paths-two-witnesses.txt \
	tests/scenario/changed-while-down.txt tests/scenario/circuits-are-independent.txt \
	tests/scenario/crash-before-the-commit.txt tests/scenario/crash-loop.txt \
	tests/scenario/deprovisioned-by-provider.txt tests/scenario/direct.txt tests/scenario/dual-stack-one-family.txt \
	tests/scenario/edge-maintenance.txt tests/scenario/ended-while-down.txt tests/scenario/family-missing.txt \
	tests/scenario/five-hundred-for-ten-minutes.txt tests/scenario/flapping-samples.txt \
	tests/scenario/forbidden-circuit.txt tests/scenario/forbidden-and-missing.txt tests/scenario/forbidden-credential.txt \
	tests/scenario/host-trouble-over-restart.txt tests/scenario/host-trouble.txt tests/scenario/ipv6-only.txt \
	tests/scenario/list-forbidden.txt tests/scenario/long-gap-counts-anew.txt tests/scenario/metrics-forbidden.txt \
	tests/scenario/one-refusal-then-silence.txt \
	tests/scenario/missing-circuit.txt tests/scenario/missing-for-a-moment.txt \
	tests/scenario/missing-with-open-incident.txt tests/scenario/never-seen.txt \
	tests/scenario/no-routes-on-one-path.txt tests/scenario/no-routes.txt tests/scenario/no-witnesses.txt \
	tests/scenario/one-bad-sample.txt tests/scenario/one-of-four-blind.txt tests/scenario/one-path-then-both.txt \
	tests/scenario/operation-failed.txt tests/scenario/ordered-circuit-no-peerings.txt \
	tests/scenario/ordered-circuit.txt tests/scenario/peering-disabled.txt tests/scenario/peering-missing.txt \
	tests/scenario/peering-without-families.txt tests/scenario/peerings-gone.txt \
	tests/scenario/peerings-key-absent.txt tests/scenario/prefix-set-differs.txt \
	tests/scenario/prefixes-configuring.txt tests/scenario/prefixes-not-configured.txt \
	tests/scenario/provider-owns-layer-3.txt tests/scenario/recovery-needs-three.txt \
	tests/scenario/reload-adds-a-circuit.txt tests/scenario/reload-expects-less.txt \
	tests/scenario/reload-renames.txt tests/scenario/reload-there-and-back.txt tests/scenario/reload-while-blind.txt \
	tests/scenario/reload-while-pending.txt tests/scenario/reload-without-circuit.txt \
	tests/scenario/reload-without-credential.txt tests/scenario/restart-with-open-incident.txt \
	tests/scenario/restart-with-pending.txt tests/scenario/restart-without-network.txt \
	tests/scenario/retiring-circuit.txt tests/scenario/route-filter-missing.txt tests/scenario/rule-disabled.txt \
	tests/scenario/rule-hold.txt tests/scenario/rule-severity.txt \
	tests/scenario/sessions-down-then-deprovisioned.txt tests/scenario/sessions-down-then-validation.txt \
	tests/scenario/sessions-unseen.txt tests/scenario/severity-of-a-shared-rule.txt \
	tests/scenario/sign-in-comes-back.txt tests/scenario/sign-in-fails-from-the-start.txt \
	tests/scenario/sign-in-works-but-arm-is-gone.txt tests/scenario/single-prefixes.txt \
	tests/scenario/start-before-the-witnesses.txt tests/scenario/start-with-everything-wrong.txt \
	tests/scenario/start-with-metrics-unreachable.txt tests/scenario/start-without-witnesses.txt \
	tests/scenario/clock-wrong-at-first-start.txt tests/scenario/suspend-while-pending.txt \
	tests/scenario/suspend-and-no-network.txt tests/scenario/suspend.txt \
	tests/scenario/storm-goes-on.txt tests/scenario/storm-in-a-silence.txt tests/scenario/storm-joined-later.txt tests/scenario/storm-killed-while-waiting.txt \
	tests/scenario/storm-acknowledged.txt tests/scenario/storm-and-wall-clock.txt \
	tests/scenario/escalation-and-wall-clock.txt tests/scenario/storm-switched-off.txt \
	tests/scenario/storm-names-the-narrowest-cause.txt tests/scenario/storm-of-a-credential.txt \
	tests/scenario/storm-over-restart.txt tests/scenario/storm-shrinks.txt tests/scenario/storm-smaller-than-least.txt \
	tests/scenario/suspicion-after-an-episode.txt tests/scenario/throttled-for-a-while.txt \
	tests/scenario/throttled.txt tests/scenario/token-refused.txt tests/scenario/twenty-restarts.txt \
	tests/scenario/two-credentials.txt tests/scenario/unexpected-answers.txt tests/scenario/unexpected-peering.txt \
	tests/scenario/unknown-freezes-clearing.txt tests/scenario/unknown-freezes-pending.txt \
	tests/scenario/unknown-session-is-not-down.txt tests/scenario/unknown-word-everywhere.txt \
	tests/scenario/unknown-word-while-clearing.txt tests/scenario/unknown-words.txt \
	tests/scenario/unseen-after-restart.txt tests/scenario/unsteady-session.txt tests/scenario/update-in-motion.txt \
	tests/scenario/update-stuck.txt tests/scenario/update-without-peerings.txt \
	tests/scenario/validation-and-both-down.txt tests/scenario/validation-rises-and-falls.txt \
	tests/scenario/wall-clock-back-over-restart.txt tests/scenario/wall-clock-steps.txt \
	tests/scenario/witnesses-disagree.txt

# The parts of the core that the stories rest on.
if BUILD_TESTS
engine_tests = \
	tests/unit/test_incident tests/unit/test_engine tests/unit/test_engine_alone tests/unit/test_engine_past tests/unit/test_engine_delivery tests/unit/test_engine_settings tests/unit/test_engine_again \
	tests/unit/test_queue tests/unit/test_outbox tests/unit/test_digest tests/unit/test_pool tests/unit/test_alike tests/unit/test_pack tests/unit/test_differ tests/unit/test_schedule \
	tests/unit/test_zone tests/unit/test_resource_id tests/unit/test_match tests/unit/test_mute tests/unit/test_budget \
	tests/unit/test_uptime tests/unit/test_attributes
check_PROGRAMS += $(engine_tests)
TESTS += $(engine_tests)
tests_unit_test_incident_SOURCES = tests/unit/test_incident.c tests/unit/leaks.h
tests_unit_test_incident_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_incident_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_incident_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_engine_SOURCES = tests/unit/test_engine.c tests/unit/leaks.h
tests_unit_test_engine_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_engine_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_engine_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_engine_past_SOURCES = tests/unit/test_engine_past.c tests/unit/leaks.h
tests_unit_test_engine_past_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_engine_past_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_engine_past_LDADD = libcore.a $(CRITERION_LIBS)

tests_unit_test_engine_alone_SOURCES = tests/unit/test_engine_alone.c tests/unit/leaks.h
tests_unit_test_engine_alone_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_engine_alone_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_engine_alone_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_engine_settings_SOURCES = tests/unit/test_engine_settings.c tests/unit/leaks.h
tests_unit_test_engine_settings_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_engine_settings_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_engine_settings_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_engine_delivery_SOURCES = tests/unit/test_engine_delivery.c tests/unit/leaks.h
tests_unit_test_engine_delivery_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_engine_delivery_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_engine_delivery_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_engine_again_SOURCES = tests/unit/test_engine_again.c tests/unit/leaks.h
tests_unit_test_engine_again_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_engine_again_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_engine_again_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_pack_SOURCES = tests/unit/test_pack.c tests/unit/leaks.h
tests_unit_test_pack_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_pack_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_pack_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_digest_SOURCES = tests/unit/test_digest.c tests/unit/leaks.h
tests_unit_test_digest_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_digest_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_digest_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_outbox_SOURCES = tests/unit/test_outbox.c tests/unit/leaks.h
tests_unit_test_outbox_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_outbox_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_outbox_LDADD = libcore.a $(CRITERION_LIBS)

tests_unit_test_queue_SOURCES = tests/unit/test_queue.c tests/unit/leaks.h
tests_unit_test_queue_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_queue_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_queue_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_alike_SOURCES = tests/unit/test_alike.c tests/unit/leaks.h
tests_unit_test_alike_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_alike_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_alike_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_pool_SOURCES = tests/unit/test_pool.c tests/unit/leaks.h
tests_unit_test_pool_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_pool_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_pool_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_uptime_SOURCES = tests/unit/test_uptime.c tests/unit/leaks.h
tests_unit_test_uptime_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_uptime_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_uptime_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_attributes_SOURCES = tests/unit/test_attributes.c tests/unit/leaks.h
tests_unit_test_attributes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_attributes_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_attributes_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_differ_SOURCES = tests/unit/test_differ.c tests/unit/leaks.h
tests_unit_test_differ_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_differ_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_differ_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_resource_id_SOURCES = tests/unit/test_resource_id.c tests/unit/leaks.h
tests_unit_test_resource_id_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_resource_id_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_resource_id_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_mute_SOURCES = tests/unit/test_mute.c tests/unit/leaks.h
tests_unit_test_mute_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_mute_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_mute_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_zone_SOURCES = tests/unit/test_zone.c tests/unit/leaks.h
tests_unit_test_zone_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_zone_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_zone_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_match_SOURCES = tests/unit/test_match.c tests/unit/leaks.h
tests_unit_test_match_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_match_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_match_LDADD = libcore.a $(CRITERION_LIBS)
EXTRA_DIST += tests/data/zone
tests_unit_test_schedule_SOURCES = tests/unit/test_schedule.c tests/unit/leaks.h
tests_unit_test_schedule_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_schedule_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_schedule_LDADD = libcore.a $(CRITERION_LIBS)

tests_unit_test_budget_SOURCES = tests/unit/test_budget.c tests/unit/leaks.h
tests_unit_test_budget_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_budget_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_budget_LDADD = libcore.a $(CRITERION_LIBS)
endif
