"""What must hold of the notices of a daemon that was killed on the way."""

from harness import expect


def first_of_each(notices):
    """Without what came again: every notice once, where it came first. The same id must be the same text."""
    seen, out = {}, []
    for notice in notices:
        text = seen.setdefault(notice["id"], notice)
        expect(text == notice, f"two notices have the id {notice['id']}")
        if text is notice:
            out.append(notice)
    return out


def check_episodes(notices):
    """Each episode: raised, changes, cleared, by their sequence; one episode after the other, none left out."""
    incidents = {}
    for notice in first_of_each(notices):
        key, _, episode = notice["incident"].rpartition("-")
        incidents.setdefault(key, []).append((int(episode), notice["sequence"], notice["event"]))
    for key, story in incidents.items():
        expect(story == sorted(story), f"{key} came in another order: {story}")
        numbers = sorted({episode for episode, _, _ in story})
        expect(numbers == list(range(1, len(numbers) + 1)), f"{key} lacks an episode: {numbers}")
        for number in numbers:
            events = [event for episode, _, event in story if episode == number]
            expect(events[0] == "raised" and events[-1] == "cleared", f"{key}-{number} went {events}")
            expect(events.count("raised") == events.count("cleared") == 1, f"{key}-{number} went {events}")
    return incidents
