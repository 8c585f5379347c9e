# core: what is true and what follows. Links against libc only.

noinst_LIBRARIES += libcore.a
libcore_a_SOURCES = \
	src/core/mono.h src/core/clock_jump.h src/core/engine_clock.c src/core/array.h src/core/sparse.h src/core/expiry.h src/core/beyond.c src/core/beyond.h \
	src/core/words.c src/core/words.h \
	src/core/net.c src/core/net.h \
	src/core/pack.c src/core/pack.h src/core/sample.c src/core/sample.h \
	src/core/witness.c src/core/witness.h \
	src/core/policy.c src/core/policy.h src/core/resource_id.c src/core/resource_id.h \
	src/core/match.c src/core/match.h src/core/zone.c src/core/zone.h src/core/mute.c src/core/mute.h src/core/ending.h src/core/silence.c src/core/silence.h \
	src/core/rule.h src/core/opinion.c src/core/opinion.h src/core/judge.c src/core/judge.h src/core/judging.h \
	src/core/judge_peering.c src/core/judge_prefix.c src/core/judge_session.c src/core/judge_self.c \
	src/core/story_event.c src/core/engine_session.c src/core/engine_reset.c src/core/uptime.c src/core/uptime.h \
	src/core/reset.h src/core/attributes.c src/core/attributes.h src/core/engine_change.c src/core/judge_event.c \
	src/core/judge_beyond.c src/core/judge_port.c src/core/judge_arp.c src/core/judge_limit.c src/core/reading.c \
	src/core/reading.h \
	src/core/verdict.c src/core/notice.h src/core/incident.c src/core/incident_told.c src/core/incident_flap.c \
	src/core/incident_severity.c src/core/incident_inner.h src/core/incident.h \
	src/core/receiver.c src/core/receiver.h \
	src/core/digest.c src/core/digest.h \
	src/core/outbox.c src/core/outbox.h src/core/outbox_heap.c src/core/outbox_thin.c src/core/outbox_heap.h \
	src/core/queue.c src/core/queue.h src/core/pool.c src/core/pool.h src/core/alike.c src/core/alike.h src/core/differ.c src/core/differ.h \
	src/core/engine.c src/core/engine.h src/core/engine_inner.h src/core/engine_unusual.c src/core/engine_see.c src/core/engine_see_shared.c \
	src/core/engine_beyond.c src/core/engine_port.c src/core/engine_item.c src/core/engine_mute.c src/core/engine_ack.c src/core/engine_cause.c src/core/engine_group.c \
	src/core/crowd.c src/core/crowd.h \
	src/core/engine_restore.c src/core/engine_former.c src/core/engine_past.c src/core/engine_feed.c src/core/engine_judge.c \
	src/core/engine_alone.c src/core/engine_delivery.c src/core/delivering.h src/core/engine_settings.c src/core/rejection.h src/core/engine_share.c src/core/engine_shared.c src/core/engine_time.c src/core/engine_view.c \
	src/core/schedule.c src/core/schedule.h src/core/budget.c src/core/budget.h
include src/core/rules.mk
