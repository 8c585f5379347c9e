/*
 * The hold: two bad samples open an incident, two good ones close it. A look may learn nothing, may bring an answer that
 * was seen before, and the daemon may be restarted between any two looks, without end. The circuit fails and recovers a
 * few times, and then stays as it is.
 *
 * What must hold:
 *   pages  a trouble that lasts, and is seen again and again, opens the incident (LTL, over endless runs)
 *   ends   the same of a recovery
 *   the assertions: nothing opens, and nothing closes, on fewer than two distinct samples that say so without one
 *          between them that says the opposite
 *
 * Each of these makes it wrong, and has to be found out:
 *   UNKNOWN_RESTARTS  a look that learned nothing makes the count begin anew
 *   UNKNOWN_IS_BAD    it counts as a bad sample
 *   UNKNOWN_IS_GOOD   it counts as a good one
 *   COUNT_IN_MEMORY   a restart forgets the count
 *   REPEAT_COUNTS     the same answer once more counts as another sample
 *
 * Fairness must be left out (no -f): the runs that refute a variant are those in which somebody is unlucky for ever.
 * The age that both counts also need, and the fall of a count after a gap, only ever delay; they are not in here.
 */
#define CHANGES 3

mtype = { nothing, bad, good };

bool broken;
byte changes;

/* stored with each change */
byte count;      /* of samples for the next state */
bool open;

/* for the properties */
byte bads, goods; /* distinct samples in a row, two at most */
mtype seen = nothing; /* by the present look */

inline note(sample)
{
    if
    :: sample == bad -> goods = 0; bads = (bads < 2 -> bads + 1 : 2)
    :: sample == good -> bads = 0; goods = (goods < 2 -> goods + 1 : 2)
    :: else -> skip
    fi
}

/* A sample that counts. */
inline feed(sample)
{
    if
    :: (sample == bad) == open -> count = 0 /* as it is */
    :: else ->
        count++;
        if
        :: count < 2 -> skip
        :: else ->
            assert(open || bads == 2);
            assert(!open || goods == 2);
            open = !open;
            count = 0
        fi
    fi
}

#define TRUTH (broken -> bad : good)

active proctype daemon()
{
    do
    :: atomic { changes < CHANGES -> changes++; broken = !broken; seen = nothing }
    :: atomic { /* a look that brings a new answer */
           seen = TRUTH;
           note(seen);
           feed(seen)
       }
    :: atomic { /* the answer of the last look once more */
           seen = nothing;
#ifdef REPEAT_COUNTS
           if
           :: bads > 0 -> feed(bad)
           :: goods > 0 -> feed(good)
           :: else -> skip
           fi
#endif
       }
    :: atomic { /* a look that learns nothing */
           seen = nothing;
#if defined(UNKNOWN_RESTARTS)
           count = 0
#elif defined(UNKNOWN_IS_BAD)
           feed(bad)
#elif defined(UNKNOWN_IS_GOOD)
           feed(good)
#endif
       }
    :: atomic { /* a restart */
           seen = nothing;
#ifdef COUNT_IN_MEMORY
           count = 0
#endif
       }
    od
}

ltl pages { (<>[] broken && []<> (seen == bad)) -> <>[] open }
ltl ends { (<>[] !broken && []<> (seen == good)) -> <>[] !open }
