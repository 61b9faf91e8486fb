-- The first release's schema. Frozen: later changes are migrations of their own.

CREATE TABLE meta (
    name VARCHAR COLLATE "C" NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE topic (
    name VARCHAR COLLATE "C" NOT NULL,
    region VARCHAR COLLATE "C" NOT NULL,
    epoch VARCHAR COLLATE "C" NOT NULL,
    head BIGINT NOT NULL,
    trimmed BIGINT DEFAULT '0' NOT NULL,
    moved_at BIGINT NOT NULL,
    PRIMARY KEY (name)
);

CREATE INDEX topic_by_region ON topic (region, moved_at);

CREATE TABLE event (
    topic VARCHAR COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    kind VARCHAR COLLATE "C" NOT NULL,
    object VARCHAR COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (topic, seq)
);

CREATE INDEX event_by_age ON event (at);

CREATE TABLE job (
    id VARCHAR COLLATE "C" NOT NULL,
    name VARCHAR COLLATE "C" NOT NULL,
    about TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    expires_at BIGINT,
    attempts INTEGER DEFAULT '0' NOT NULL,
    claimed_until BIGINT,
    PRIMARY KEY (id)
);

CREATE INDEX job_by_time ON job (run_at);

CREATE TABLE account (
    id VARCHAR COLLATE "C" NOT NULL,
    email VARCHAR COLLATE "C" NOT NULL,
    email_confirmed_at BIGINT,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX account_confirmed_email ON account (email) WHERE email_confirmed_at IS NOT NULL;

CREATE INDEX account_by_email ON account (email, created_at);

CREATE TABLE block (
    blocker VARCHAR COLLATE "C" NOT NULL,
    blocked VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (blocker, blocked)
);

CREATE TABLE command_key (
    account VARCHAR COLLATE "C" NOT NULL,
    command VARCHAR COLLATE "C" NOT NULL,
    key VARCHAR COLLATE "C" NOT NULL,
    digest BYTEA NOT NULL,
    object VARCHAR COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account, command, key)
);

CREATE INDEX command_key_by_age ON command_key (at);

CREATE TABLE conversation (
    id VARCHAR COLLATE "C" NOT NULL,
    topic VARCHAR COLLATE "C" NOT NULL,
    replies INTEGER DEFAULT '0' NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX conversation_by_activity ON conversation (topic, last_at, id);

CREATE TABLE message (
    id VARCHAR COLLATE "C" NOT NULL,
    topic VARCHAR COLLATE "C" NOT NULL,
    seq BIGINT DEFAULT '0' NOT NULL,
    conversation VARCHAR COLLATE "C",
    author VARCHAR COLLATE "C" NOT NULL,
    text TEXT NOT NULL,
    quote VARCHAR COLLATE "C",
    at BIGINT NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    PRIMARY KEY (id)
);

CREATE INDEX message_by_topic ON message (topic, seq);

CREATE INDEX message_by_conversation ON message (conversation, seq);

CREATE TABLE read_pointer (
    account VARCHAR COLLATE "C" NOT NULL,
    topic VARCHAR COLLATE "C" NOT NULL,
    epoch VARCHAR COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (account, topic)
);

CREATE TABLE gazetteer_edition (
    id SERIAL NOT NULL,
    source TEXT NOT NULL,
    is_loading BOOLEAN NOT NULL,
    touched_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE gazetteer_commune (
    code VARCHAR COLLATE "C" NOT NULL,
    edition INTEGER NOT NULL,
    PRIMARY KEY (code)
);

CREATE TABLE gazetteer_street (
    id BIGSERIAL NOT NULL,
    edition INTEGER NOT NULL,
    commune VARCHAR COLLATE "C" NOT NULL,
    code VARCHAR COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    postcode VARCHAR COLLATE "C" NOT NULL,
    city TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX gazetteer_street_by_edition ON gazetteer_street (edition, commune);

ALTER TABLE gazetteer_street ADD COLUMN terms tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED;
CREATE INDEX gazetteer_street_by_terms ON gazetteer_street USING gin (terms) WITH (fastupdate = off);

CREATE TABLE gazetteer_address (
    street BIGINT NOT NULL,
    number INTEGER NOT NULL,
    suffix VARCHAR COLLATE "C" NOT NULL,
    id VARCHAR COLLATE "C" NOT NULL,
    cell VARCHAR COLLATE "C" NOT NULL,
    lon DOUBLE PRECISION NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (street, number, suffix)
);

CREATE INDEX gazetteer_address_by_cell ON gazetteer_address (cell);

CREATE INDEX gazetteer_address_by_id ON gazetteer_address (id);

CREATE TABLE gazetteer_typo (
    key VARCHAR COLLATE "C" NOT NULL,
    word VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (key, word)
);

CREATE TABLE alert (
    id VARCHAR COLLATE "C" NOT NULL,
    kind VARCHAR COLLATE "C" NOT NULL,
    author VARCHAR COLLATE "C" NOT NULL,
    household VARCHAR COLLATE "C" NOT NULL,
    organisation VARCHAR COLLATE "C",
    organisation_name TEXT DEFAULT '' NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    severity VARCHAR COLLATE "C" NOT NULL,
    urgency VARCHAR COLLATE "C" NOT NULL,
    state VARCHAR COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    occurred_at BIGINT NOT NULL,
    cell VARCHAR COLLATE "C" NOT NULL,
    radius_m INTEGER,
    cells TEXT NOT NULL,
    reached TEXT NOT NULL,
    details TEXT NOT NULL,
    hidden_mark TEXT,
    conversation VARCHAR COLLATE "C",
    raised_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    closed_at BIGINT,
    rang_at BIGINT,
    outcome VARCHAR COLLATE "C",
    thanked TEXT NOT NULL,
    keeps_photos BOOLEAN DEFAULT false NOT NULL,
    poster_at BIGINT,
    PRIMARY KEY (id)
);

CREATE INDEX alert_by_author ON alert (author, raised_at);

CREATE INDEX alert_by_cell ON alert (cell);

CREATE INDEX alert_by_end ON alert (state, expires_at);

CREATE INDEX alert_by_household ON alert (household, raised_at);

CREATE TABLE alert_cell (
    cell VARCHAR COLLATE "C" NOT NULL,
    alert VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (cell, alert)
);

CREATE INDEX alert_cell_by_alert ON alert_cell (alert);

CREATE TABLE alert_listener (
    alert VARCHAR COLLATE "C" NOT NULL,
    account VARCHAR COLLATE "C" NOT NULL,
    because VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (alert, account)
);

CREATE INDEX alert_listener_by_account ON alert_listener (account, alert);

CREATE TABLE alert_voice (
    alert VARCHAR COLLATE "C" NOT NULL,
    household VARCHAR COLLATE "C" NOT NULL,
    says VARCHAR COLLATE "C" NOT NULL,
    account VARCHAR COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (alert, household)
);

CREATE TABLE alert_match (
    lost VARCHAR COLLATE "C" NOT NULL,
    found VARCHAR COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (lost, found)
);

CREATE INDEX alert_match_by_found ON alert_match (found);

CREATE TABLE sighting (
    id VARCHAR COLLATE "C" NOT NULL,
    alert VARCHAR COLLATE "C" NOT NULL,
    author VARCHAR COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    cell VARCHAR COLLATE "C" NOT NULL,
    text TEXT NOT NULL,
    photo VARCHAR COLLATE "C",
    told_at BIGINT NOT NULL,
    state VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX sighting_by_alert ON sighting (alert, id);

CREATE INDEX sighting_by_state ON sighting (state, told_at);

CREATE TABLE pet_card (
    id VARCHAR COLLATE "C" NOT NULL,
    account VARCHAR COLLATE "C" NOT NULL,
    details TEXT NOT NULL,
    photo VARCHAR COLLATE "C",
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX pet_card_by_account ON pet_card (account);

CREATE TABLE photo (
    id VARCHAR COLLATE "C" NOT NULL,
    account VARCHAR COLLATE "C" NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    alt TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    used_by VARCHAR COLLATE "C",
    place INTEGER DEFAULT '0' NOT NULL,
    pixels BYTEA NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX photo_by_age ON photo (taken_at);

CREATE INDEX photo_by_use ON photo (used_by, place);

CREATE TABLE organisation (
    id VARCHAR COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    territory TEXT NOT NULL,
    cells TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE organisation_staff (
    account VARCHAR COLLATE "C" NOT NULL,
    organisation VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (account)
);

CREATE TABLE announcement (
    id VARCHAR COLLATE "C" NOT NULL,
    organisation VARCHAR COLLATE "C" NOT NULL,
    author VARCHAR COLLATE "C" NOT NULL,
    level VARCHAR COLLATE "C" NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    cells TEXT NOT NULL,
    state VARCHAR COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    publish_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX announcement_by_state ON announcement (state, publish_at);

CREATE INDEX announcement_by_house ON announcement (organisation, publish_at);

CREATE TABLE announcement_cell (
    cell VARCHAR COLLATE "C" NOT NULL,
    announcement VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (cell, announcement)
);

CREATE TABLE session (
    token_hash BYTEA NOT NULL,
    id VARCHAR COLLATE "C" NOT NULL,
    account VARCHAR COLLATE "C" NOT NULL,
    label TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash),
    UNIQUE (id),
    FOREIGN KEY(account) REFERENCES account (id)
);

CREATE INDEX session_by_account ON session (account);

CREATE TABLE member (
    account VARCHAR COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    language VARCHAR COLLATE "C" DEFAULT 'fr' NOT NULL,
    level VARCHAR COLLATE "C" NOT NULL,
    verified_at BIGINT,
    visitor_until BIGINT NOT NULL,
    home_cell VARCHAR COLLATE "C" NOT NULL,
    street TEXT NOT NULL,
    city TEXT NOT NULL,
    street_is_neighbourhood BOOLEAN DEFAULT false NOT NULL,
    household VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (account),
    FOREIGN KEY(account) REFERENCES account (id)
);

CREATE INDEX member_by_cell ON member (home_cell, account, level, visitor_until);

CREATE INDEX member_by_visit ON member (visitor_until) WHERE level = 'none';

CREATE TABLE presence_choice (
    account VARCHAR COLLATE "C" NOT NULL,
    visible_to VARCHAR COLLATE "C" NOT NULL,
    away_until BIGINT,
    PRIMARY KEY (account),
    FOREIGN KEY(account) REFERENCES account (id)
);

CREATE TABLE dwelling (
    account VARCHAR COLLATE "C" NOT NULL,
    since BIGINT NOT NULL,
    building VARCHAR COLLATE "C" NOT NULL,
    door VARCHAR COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (account, since),
    FOREIGN KEY(account) REFERENCES account (id)
);

CREATE INDEX dwelling_by_door ON dwelling (door, since);

CREATE INDEX dwelling_by_building ON dwelling (building, since);

CREATE TABLE mail_link (
    token_hash BYTEA NOT NULL,
    account VARCHAR COLLATE "C" NOT NULL,
    purpose VARCHAR COLLATE "C" NOT NULL,
    email VARCHAR COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash),
    FOREIGN KEY(account) REFERENCES account (id)
);

CREATE INDEX mail_link_by_account ON mail_link (account, purpose);

CREATE INDEX mail_link_by_age ON mail_link (expires_at);

CREATE TABLE postcard (
    id VARCHAR COLLATE "C" NOT NULL,
    account VARCHAR COLLATE "C" NOT NULL,
    building VARCHAR COLLATE "C" NOT NULL,
    door VARCHAR COLLATE "C" NOT NULL,
    code BYTEA NOT NULL,
    refusal BYTEA NOT NULL,
    sealed BYTEA NOT NULL,
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
    account VARCHAR COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    method VARCHAR COLLATE "C" NOT NULL,
    detail VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (account, at, method),
    FOREIGN KEY(account) REFERENCES account (id)
);

CREATE TABLE vouch_request (
    id VARCHAR COLLATE "C" NOT NULL,
    account VARCHAR COLLATE "C" NOT NULL,
    asked_at BIGINT NOT NULL,
    closed_at BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY(account) REFERENCES account (id)
);

CREATE INDEX vouch_request_by_account ON vouch_request (account, asked_at);

CREATE TABLE code_try (
    card VARCHAR COLLATE "C" NOT NULL,
    account VARCHAR COLLATE "C" NOT NULL,
    wrong INTEGER NOT NULL,
    PRIMARY KEY (card, account),
    FOREIGN KEY(card) REFERENCES postcard (id)
);

CREATE TABLE vouch (
    request VARCHAR COLLATE "C" NOT NULL,
    voucher VARCHAR COLLATE "C" NOT NULL,
    account VARCHAR COLLATE "C" NOT NULL,
    household VARCHAR COLLATE "C" NOT NULL,
    door VARCHAR COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (request, voucher),
    FOREIGN KEY(request) REFERENCES vouch_request (id)
);

CREATE INDEX vouch_by_household ON vouch (household, at);

CREATE INDEX vouch_by_voucher ON vouch (voucher, at);

CREATE INDEX vouch_by_account ON vouch (account);
