/*
 * The delivery queue: what a change of state owes to the pager, and how it gets there.
 *
 * A circuit fails and recovers a few times. The daemon sees that when it looks, writes state and notice in one
 * transaction, sends, and marks the notice as done after the answer. It may be killed between any two steps. A request
 * may be lost, its answer may be lost, or the daemon may give it up while it is still on its way: then it arrives later
 * than what was sent after it, or never. The pager knows episodes by their identity; a trigger for one that is closed
 * opens it again, and pages again.
 *
 * What must hold, with PROPERTY (0: all):
 *   1  a trouble that was written down has paged
 *   2  in the end the pager shows what is so: the present episode open, all others closed
 *   3  no episode pages twice
 *
 * Each of these makes it wrong, and has to be found out:
 *   MARK_FIRST        the notice is marked as done, then sent
 *   TWO_TRANSACTIONS  the state is written, then the notice
 *   IN_MEMORY         nothing is written
 *   NO_WAIT           a resolve does not wait until no trigger of its episode can be on its way any more
 *   WAIT_IN_MEMORY    it does, but a restart forgets which triggers were given up
 *
 * All runs are finite, so that everything is an assertion, and no notion of fairness is needed: every run ends with a
 * daemon that has nothing to do.
 */
#ifndef PROPERTY
#define PROPERTY 0
#endif
#define WANTED(property) (PROPERTY == 0 || PROPERTY == property)

#define CHANGES  4 /* of the circuit: two episodes */
#define EPISODES 5 /* numbers from 1; a restart that forgot everything begins another one */
#define CRASHES  2
#define FAULTS   3

mtype = { trigger, resolve };

bool broken;            /* the circuit */
byte changes, crashes, faults;

/* on the disk */
bool stored_broken;
byte stored_episode;
chan queue = [CHANGES] of { mtype, byte };

/* in the daemon's memory */
bool known_broken;
byte episode;
bool given_up[EPISODES]; /* is a trigger of that episode perhaps on its way? */

/* on the way, though nobody waits for them any more; in any order */
byte late_triggers[EPISODES], late_resolves[EPISODES];

/* at the pager */
bool open[EPISODES];
byte pages[EPISODES];

/* for the properties: written down as broken */
bool written[EPISODES];

inline arrive(kind, which)
{
    if
    :: kind == trigger && !open[which] ->
        open[which] = true;
        pages[which]++;
        assert(!WANTED(3) || pages[which] == 1)
    :: kind == trigger && open[which] -> skip
    :: kind == resolve -> open[which] = false
    fi
}

/* Killed here, perhaps: what is in memory is gone. */
#define MAYBE_KILLED \
    if \
    :: crashes < CRASHES -> crashes++; goto boot \
    :: true \
    fi

active proctype circuit()
{
    do
    :: atomic { changes < CHANGES -> changes++; broken = !broken }
    :: changes == CHANGES -> break
    od
}

/* What was given up arrives, or never does. */
#define LATE(what, kind, which) \
    atomic { what[which] > 0 -> what[which]--; if :: arrive(kind, which) :: skip fi }

active proctype network()
{
end:
    do
    :: LATE(late_triggers, trigger, 1)
    :: LATE(late_triggers, trigger, 2)
    :: LATE(late_triggers, trigger, 3)
    :: LATE(late_triggers, trigger, 4)
    :: LATE(late_resolves, resolve, 1)
    :: LATE(late_resolves, resolve, 2)
    :: LATE(late_resolves, resolve, 3)
    :: LATE(late_resolves, resolve, 4)
    od
}

inline note_change()
{
    if
    :: !known_broken -> episode++; known_broken = true
    :: else -> known_broken = false
    fi
}

inline enqueue()
{
    if
    :: known_broken -> queue!trigger(episode)
    :: else -> queue!resolve(episode)
    fi
}

inline store_state()
{
    stored_broken = known_broken;
    stored_episode = episode;
    if
    :: known_broken -> written[episode] = true
    :: else -> skip
    fi
}

/* The request leaves; how it ends. */
inline send(kind, which)
{
    atomic {
        answered = false;
        if
        :: arrive(kind, which); answered = true
        :: faults < FAULTS -> faults++; arrive(kind, which)  /* the answer is lost */
        :: faults < FAULTS -> faults++                       /* it never arrives */
        :: faults < FAULTS ->                                /* it is given up, and still on its way */
            faults++;
            if
            :: kind == trigger -> late_triggers[which]++; given_up[which] = true
            :: else -> late_resolves[which]++
            fi
        fi
    }
}

/* That time is over after which nothing that was given up can still arrive. */
#if defined(NO_WAIT)
#define MAY_SEND(kind, which) true
#elif defined(WAIT_IN_MEMORY)
#define MAY_SEND(kind, which) (kind == trigger || !given_up[which] || late_triggers[which] == 0)
#else
#define MAY_SEND(kind, which) (kind == trigger || late_triggers[which] == 0)
#endif

#define NONE(what) (what[1] + what[2] + what[3] + what[4] == 0)
#define AT_REST \
    (changes == CHANGES && known_broken == broken && empty(queue) && NONE(late_triggers) && NONE(late_resolves))

active proctype daemon()
{
    mtype kind;
    byte which;
    bool answered;

boot:
    atomic {
        kind = 0; which = 0; answered = false;
        for (which : 1 .. EPISODES - 1) { given_up[which] = false }
        which = 0;
#ifdef IN_MEMORY
        known_broken = false; /* the number of the last episode is kept, so that identities stay unique */
        do
        :: queue?kind(which)
        :: empty(queue) -> break
        od;
        kind = 0; which = 0;
#else
        known_broken = stored_broken;
#endif
        episode = stored_episode
    }
    do
    :: known_broken != broken ->
        MAYBE_KILLED;
#ifdef TWO_TRANSACTIONS
        atomic { note_change(); store_state() }
        MAYBE_KILLED;
        enqueue()
#else
        atomic {
            if /* it may have changed back since */
            :: known_broken != broken -> note_change(); store_state(); enqueue()
            :: else -> skip
            fi
        }
#endif
        ;
        MAYBE_KILLED
    :: queue?[kind, which] ->
        queue?<kind, which>;
        MAY_SEND(kind, which);
#ifdef MARK_FIRST
        queue?kind(which);
        MAYBE_KILLED;
        send(kind, which)
#else
        send(kind, which);
        MAYBE_KILLED;
        if
        :: answered -> queue?kind(which)
        :: else -> skip
        fi
#endif
        ;
        atomic { kind = 0; which = 0; answered = false }
    :: AT_REST -> break
    od;

    for (which : 1 .. EPISODES - 1) {
        assert(!WANTED(1) || !written[which] || pages[which] > 0);
        assert(!WANTED(2) || open[which] == (broken && which == episode))
    }
}
