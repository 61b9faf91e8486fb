-- The first release's schema. Frozen: later changes are migrations of their own.

CREATE TABLE meta (
    name VARCHAR NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE topic (
    name VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    epoch VARCHAR NOT NULL,
    head BIGINT NOT NULL,
    trimmed BIGINT DEFAULT '0' NOT NULL,
    moved_at BIGINT NOT NULL,
    PRIMARY KEY (name)
)
 WITHOUT ROWID;

CREATE INDEX topic_by_region ON topic (region, moved_at);

CREATE TABLE event (
    topic VARCHAR NOT NULL,
    seq BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    object VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (topic, seq)
)
 WITHOUT ROWID;

CREATE INDEX event_by_age ON event (at);

CREATE TABLE job (
    id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    about TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    expires_at BIGINT,
    attempts INTEGER DEFAULT '0' NOT NULL,
    claimed_until BIGINT,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE INDEX job_by_time ON job (run_at);

CREATE TABLE account (
    id VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    email_confirmed_at BIGINT,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE UNIQUE INDEX account_confirmed_email ON account (email) WHERE email_confirmed_at IS NOT NULL;

CREATE INDEX account_by_email ON account (email, created_at);

CREATE TABLE block (
    blocker VARCHAR NOT NULL,
    blocked VARCHAR NOT NULL,
    PRIMARY KEY (blocker, blocked)
)
 WITHOUT ROWID;

CREATE TABLE command_key (
    account VARCHAR NOT NULL,
    command VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    digest BLOB NOT NULL,
    object VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account, command, "key")
)
 WITHOUT ROWID;

CREATE INDEX command_key_by_age ON command_key (at);

CREATE TABLE conversation (
    id VARCHAR NOT NULL,
    topic VARCHAR NOT NULL,
    replies INTEGER DEFAULT '0' NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE INDEX conversation_by_activity ON conversation (topic, last_at, id);

CREATE TABLE message (
    id VARCHAR NOT NULL,
    topic VARCHAR NOT NULL,
    seq BIGINT DEFAULT '0' NOT NULL,
    conversation VARCHAR,
    author VARCHAR NOT NULL,
    text TEXT NOT NULL,
    quote VARCHAR,
    at BIGINT NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE INDEX message_by_topic ON message (topic, seq);

CREATE INDEX message_by_conversation ON message (conversation, seq);

CREATE TABLE read_pointer (
    account VARCHAR NOT NULL,
    topic VARCHAR NOT NULL,
    epoch VARCHAR NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (account, topic)
)
 WITHOUT ROWID;

CREATE TABLE gazetteer_edition (
    id INTEGER NOT NULL,
    source TEXT NOT NULL,
    is_loading BOOLEAN NOT NULL,
    touched_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE gazetteer_commune (
    code VARCHAR NOT NULL,
    edition INTEGER NOT NULL,
    PRIMARY KEY (code)
)
 WITHOUT ROWID;

CREATE TABLE gazetteer_street (
    id INTEGER NOT NULL,
    edition INTEGER NOT NULL,
    commune VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    name TEXT NOT NULL,
    postcode VARCHAR NOT NULL,
    city TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX gazetteer_street_by_edition ON gazetteer_street (edition, commune);

CREATE VIRTUAL TABLE gazetteer_search USING fts5(words, content='gazetteer_street', content_rowid='id', prefix='2 3 4');

CREATE TABLE gazetteer_address (
    street BIGINT NOT NULL,
    number INTEGER NOT NULL,
    suffix VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    cell VARCHAR NOT NULL,
    lon DOUBLE NOT NULL,
    lat DOUBLE NOT NULL,
    PRIMARY KEY (street, number, suffix)
)
 WITHOUT ROWID;

CREATE INDEX gazetteer_address_by_cell ON gazetteer_address (cell);

CREATE INDEX gazetteer_address_by_id ON gazetteer_address (id);

CREATE TABLE gazetteer_typo (
    "key" VARCHAR NOT NULL,
    word VARCHAR NOT NULL,
    PRIMARY KEY ("key", word)
)
 WITHOUT ROWID;

CREATE TABLE alert (
    id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    household VARCHAR NOT NULL,
    organisation VARCHAR,
    organisation_name TEXT DEFAULT '' NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    severity VARCHAR NOT NULL,
    urgency VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    occurred_at BIGINT NOT NULL,
    cell VARCHAR NOT NULL,
    radius_m INTEGER,
    cells TEXT NOT NULL,
    reached TEXT NOT NULL,
    details TEXT NOT NULL,
    hidden_mark TEXT,
    conversation VARCHAR,
    raised_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    closed_at BIGINT,
    rang_at BIGINT,
    outcome VARCHAR,
    thanked TEXT NOT NULL,
    keeps_photos BOOLEAN DEFAULT 0 NOT NULL,
    poster_at BIGINT,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE INDEX alert_by_author ON alert (author, raised_at);

CREATE INDEX alert_by_cell ON alert (cell);

CREATE INDEX alert_by_end ON alert (state, expires_at);

CREATE INDEX alert_by_household ON alert (household, raised_at);

CREATE TABLE alert_cell (
    cell VARCHAR NOT NULL,
    alert VARCHAR NOT NULL,
    PRIMARY KEY (cell, alert)
)
 WITHOUT ROWID;

CREATE INDEX alert_cell_by_alert ON alert_cell (alert);

CREATE TABLE alert_listener (
    alert VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    because VARCHAR NOT NULL,
    PRIMARY KEY (alert, account)
)
 WITHOUT ROWID;

CREATE INDEX alert_listener_by_account ON alert_listener (account, alert);

CREATE TABLE alert_voice (
    alert VARCHAR NOT NULL,
    household VARCHAR NOT NULL,
    says VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (alert, household)
)
 WITHOUT ROWID;

CREATE TABLE alert_match (
    lost VARCHAR NOT NULL,
    found VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (lost, found)
)
 WITHOUT ROWID;

CREATE INDEX alert_match_by_found ON alert_match (found);

CREATE TABLE sighting (
    id VARCHAR NOT NULL,
    alert VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    cell VARCHAR NOT NULL,
    text TEXT NOT NULL,
    photo VARCHAR,
    told_at BIGINT NOT NULL,
    state VARCHAR NOT NULL,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE INDEX sighting_by_alert ON sighting (alert, id);

CREATE INDEX sighting_by_state ON sighting (state, told_at);

CREATE TABLE pet_card (
    id VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    details TEXT NOT NULL,
    photo VARCHAR,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE INDEX pet_card_by_account ON pet_card (account);

CREATE TABLE photo (
    id VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    alt TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    used_by VARCHAR,
    place INTEGER DEFAULT '0' NOT NULL,
    pixels BLOB NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX photo_by_age ON photo (taken_at);

CREATE INDEX photo_by_use ON photo (used_by, place);

CREATE TABLE organisation (
    id VARCHAR NOT NULL,
    name TEXT NOT NULL,
    territory TEXT NOT NULL,
    cells TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE organisation_staff (
    account VARCHAR NOT NULL,
    organisation VARCHAR NOT NULL,
    PRIMARY KEY (account)
)
 WITHOUT ROWID;

CREATE TABLE announcement (
    id VARCHAR NOT NULL,
    organisation VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    cells TEXT NOT NULL,
    state VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    publish_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX announcement_by_state ON announcement (state, publish_at);

CREATE INDEX announcement_by_house ON announcement (organisation, publish_at);

CREATE TABLE announcement_cell (
    cell VARCHAR NOT NULL,
    announcement VARCHAR NOT NULL,
    PRIMARY KEY (cell, announcement)
)
 WITHOUT ROWID;

CREATE TABLE session (
    token_hash BLOB NOT NULL,
    id VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    label TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash),
    UNIQUE (id),
    FOREIGN KEY(account) REFERENCES account (id)
);

CREATE INDEX session_by_account ON session (account);

CREATE TABLE member (
    account VARCHAR NOT NULL,
    name TEXT NOT NULL,
    language VARCHAR DEFAULT 'fr' NOT NULL,
    level VARCHAR NOT NULL,
    verified_at BIGINT,
    visitor_until BIGINT NOT NULL,
    home_cell VARCHAR NOT NULL,
    street TEXT NOT NULL,
    city TEXT NOT NULL,
    street_is_neighbourhood BOOLEAN DEFAULT 0 NOT NULL,
    household VARCHAR NOT NULL,
    PRIMARY KEY (account),
    FOREIGN KEY(account) REFERENCES account (id)
)
 WITHOUT ROWID;

CREATE INDEX member_by_cell ON member (home_cell, account, level, visitor_until);

CREATE INDEX member_by_visit ON member (visitor_until) WHERE level = 'none';

CREATE TABLE presence_choice (
    account VARCHAR NOT NULL,
    visible_to VARCHAR NOT NULL,
    away_until BIGINT,
    PRIMARY KEY (account),
    FOREIGN KEY(account) REFERENCES account (id)
)
 WITHOUT ROWID;

CREATE TABLE dwelling (
    account VARCHAR NOT NULL,
    since BIGINT NOT NULL,
    building VARCHAR NOT NULL,
    door VARCHAR NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (account, since),
    FOREIGN KEY(account) REFERENCES account (id)
);

CREATE INDEX dwelling_by_door ON dwelling (door, since);

CREATE INDEX dwelling_by_building ON dwelling (building, since);

CREATE TABLE mail_link (
    token_hash BLOB NOT NULL,
    account VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash),
    FOREIGN KEY(account) REFERENCES account (id)
);

CREATE INDEX mail_link_by_account ON mail_link (account, purpose);

CREATE INDEX mail_link_by_age ON mail_link (expires_at);

CREATE TABLE postcard (
    id VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    building VARCHAR NOT NULL,
    door VARCHAR NOT NULL,
    code BLOB NOT NULL,
    refusal BLOB NOT NULL,
    sealed BLOB NOT NULL,
    asked_at BIGINT NOT NULL,
    exported_at BIGINT,
    redeemed_at BIGINT,
    refused_at BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY(account) REFERENCES account (id)
);

CREATE INDEX postcard_by_door ON postcard (door, asked_at);

CREATE INDEX postcard_by_building ON postcard (building, asked_at);

CREATE INDEX postcard_by_refusal ON postcard (refusal);

CREATE INDEX postcard_by_age ON postcard (asked_at);

CREATE INDEX postcard_by_account ON postcard (account, asked_at);

CREATE TABLE proof (
    account VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    method VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    PRIMARY KEY (account, at, method),
    FOREIGN KEY(account) REFERENCES account (id)
)
 WITHOUT ROWID;

CREATE TABLE vouch_request (
    id VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    asked_at BIGINT NOT NULL,
    closed_at BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY(account) REFERENCES account (id)
)
 WITHOUT ROWID;

CREATE INDEX vouch_request_by_account ON vouch_request (account, asked_at);

CREATE TABLE code_try (
    card VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    wrong INTEGER NOT NULL,
    PRIMARY KEY (card, account),
    FOREIGN KEY(card) REFERENCES postcard (id)
)
 WITHOUT ROWID;

CREATE TABLE vouch (
    request VARCHAR NOT NULL,
    voucher VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    household VARCHAR NOT NULL,
    door VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (request, voucher),
    FOREIGN KEY(request) REFERENCES vouch_request (id)
)
 WITHOUT ROWID;

CREATE INDEX vouch_by_household ON vouch (household, at);

CREATE INDEX vouch_by_voucher ON vouch (voucher, at);

CREATE INDEX vouch_by_account ON vouch (account);
