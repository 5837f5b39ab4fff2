-- What a message says on each of its channels, where that is not the same on all; `unfit` on a text that cannot go out there, and
-- why. The columns beside it (subject, body, template) are those of the channel it is on. NULL: one text for every channel.
ALTER TABLE message ADD COLUMN texts jsonb;
