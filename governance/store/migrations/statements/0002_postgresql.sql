-- What the database is told. Frozen on the day of its release: postgresql.

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $refuse$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $refuse$;

-- table breach
CREATE TABLE breach (
	breach_id TEXT NOT NULL,
	at TEXT NOT NULL,
	known_at TEXT NOT NULL,
	kind TEXT NOT NULL,
	persons INTEGER,
	sealed BYTEA NOT NULL,
	PRIMARY KEY (breach_id)
);

REVOKE DELETE, TRUNCATE ON breach FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER breach_no_change BEFORE UPDATE OR DELETE ON breach FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER breach_no_truncate BEFORE TRUNCATE ON breach FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table capacity
CREATE TABLE capacity (
	office TEXT NOT NULL,
	week TEXT NOT NULL,
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	user_id TEXT NOT NULL,
	minutes INTEGER NOT NULL,
	PRIMARY KEY (office, week, number)
);

REVOKE UPDATE, DELETE, TRUNCATE ON capacity FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER capacity_no_change BEFORE UPDATE OR DELETE ON capacity FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER capacity_no_truncate BEFORE TRUNCATE ON capacity FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table case_colleague
CREATE TABLE case_colleague (
	user_id TEXT NOT NULL,
	name TEXT NOT NULL,
	rights TEXT NOT NULL,
	seen_at TEXT NOT NULL,
	PRIMARY KEY (user_id)
);

-- table case_file
CREATE TABLE case_file (
	case_id TEXT NOT NULL,
	address_id TEXT NOT NULL,
	run_id TEXT NOT NULL,
	place INTEGER NOT NULL,
	pseudonym TEXT NOT NULL,
	model_version TEXT NOT NULL,
	arm TEXT NOT NULL,
	selection_probability FLOAT,
	offices TEXT NOT NULL,
	benefits TEXT NOT NULL,
	legal_basis TEXT NOT NULL,
	reasons_for TEXT NOT NULL,
	reasons_against TEXT NOT NULL,
	as_of TEXT NOT NULL,
	listed_on TEXT NOT NULL,
	expires_on TEXT NOT NULL,
	opened_on TEXT,
	closed_on TEXT,
	deadline TEXT,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	owner TEXT,
	blind BOOLEAN NOT NULL,
	suspicion BOOLEAN NOT NULL,
	hidden BOOLEAN NOT NULL,
	vetoed_from TEXT,
	outcome TEXT,
	cause TEXT,
	PRIMARY KEY (case_id)
);

CREATE INDEX ix_case_file_address_id ON case_file (address_id);

CREATE INDEX ix_case_file_deadline ON case_file (deadline);

CREATE INDEX ix_case_file_listed_on ON case_file (listed_on);

CREATE INDEX ix_case_file_owner ON case_file (owner);

CREATE INDEX ix_case_file_run_id ON case_file (run_id);

CREATE INDEX ix_case_file_state ON case_file (state);

-- table case_lead
CREATE TABLE case_lead (
	signal_id TEXT NOT NULL,
	address_id TEXT NOT NULL,
	person_id TEXT,
	kind TEXT NOT NULL,
	sealed BYTEA NOT NULL,
	recorded_on TEXT NOT NULL,
	at TEXT NOT NULL,
	user_id TEXT NOT NULL,
	PRIMARY KEY (signal_id)
);

REVOKE DELETE, TRUNCATE ON case_lead FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER case_lead_no_change BEFORE UPDATE OR DELETE ON case_lead FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER case_lead_no_truncate BEFORE TRUNCATE ON case_lead FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table case_list
CREATE TABLE case_list (
	run_id TEXT NOT NULL,
	at TEXT NOT NULL,
	as_of TEXT NOT NULL,
	listed INTEGER NOT NULL,
	hits_per_100 INTEGER,
	hits_low INTEGER,
	hits_high INTEGER,
	PRIMARY KEY (run_id)
);

REVOKE UPDATE, DELETE, TRUNCATE ON case_list FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER case_list_no_change BEFORE UPDATE OR DELETE ON case_list FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER case_list_no_truncate BEFORE TRUNCATE ON case_list FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table dpo_notice
CREATE TABLE dpo_notice (
	notice_id TEXT NOT NULL,
	at TEXT NOT NULL,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	user_id TEXT NOT NULL,
	PRIMARY KEY (notice_id)
);

REVOKE DELETE, TRUNCATE ON dpo_notice FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER dpo_notice_no_change BEFORE UPDATE OR DELETE ON dpo_notice FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER dpo_notice_no_truncate BEFORE TRUNCATE ON dpo_notice FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table identity
CREATE TABLE identity (
	kind TEXT NOT NULL,
	key TEXT NOT NULL,
	sealed BYTEA NOT NULL,
	lookup TEXT,
	PRIMARY KEY (kind, key),
	UNIQUE (lookup)
);

-- table nightly_run
CREATE TABLE nightly_run (
	night_id TEXT NOT NULL,
	at TEXT NOT NULL,
	as_of TEXT NOT NULL,
	registers TEXT NOT NULL,
	commitment TEXT NOT NULL,
	sealed_seed BYTEA NOT NULL,
	asked TEXT NOT NULL,
	PRIMARY KEY (night_id),
	UNIQUE (commitment)
);

REVOKE DELETE, TRUNCATE ON nightly_run FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER nightly_run_no_change BEFORE UPDATE OR DELETE ON nightly_run FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER nightly_run_no_truncate BEFORE TRUNCATE ON nightly_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table request_key
CREATE TABLE request_key (
	user_id TEXT NOT NULL,
	key TEXT NOT NULL,
	at TEXT NOT NULL,
	asked TEXT NOT NULL,
	answer TEXT NOT NULL,
	PRIMARY KEY (user_id, key)
);

-- table right_request
CREATE TABLE right_request (
	request_id TEXT NOT NULL,
	at TEXT NOT NULL,
	kind TEXT NOT NULL,
	person TEXT NOT NULL,
	received_on TEXT NOT NULL,
	sealed BYTEA NOT NULL,
	PRIMARY KEY (request_id)
);

CREATE INDEX ix_right_request_person ON right_request (person);

REVOKE DELETE, TRUNCATE ON right_request FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER right_request_no_change BEFORE UPDATE OR DELETE ON right_request FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER right_request_no_truncate BEFORE TRUNCATE ON right_request FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table web_login_used
CREATE TABLE web_login_used (
	state_hash TEXT NOT NULL,
	ends_at TEXT NOT NULL,
	PRIMARY KEY (state_hash)
);

CREATE INDEX ix_web_login_used_ends_at ON web_login_used (ends_at);

-- table web_session
CREATE TABLE web_session (
	session_hash TEXT NOT NULL,
	user_id TEXT NOT NULL,
	name TEXT NOT NULL,
	rights TEXT NOT NULL,
	begun_at TEXT NOT NULL,
	ends_at TEXT NOT NULL,
	browser TEXT NOT NULL,
	purpose TEXT NOT NULL,
	PRIMARY KEY (session_hash)
);

CREATE INDEX ix_web_session_ends_at ON web_session (ends_at);

CREATE INDEX ix_web_session_user_id ON web_session (user_id);

-- table breach_step
CREATE TABLE breach_step (
	breach_id TEXT NOT NULL,
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	actor TEXT NOT NULL,
	step TEXT NOT NULL,
	done_at TEXT NOT NULL,
	sealed BYTEA NOT NULL,
	PRIMARY KEY (breach_id, number),
	FOREIGN KEY(breach_id) REFERENCES breach (breach_id)
);

REVOKE UPDATE, DELETE, TRUNCATE ON breach_step FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER breach_step_no_change BEFORE UPDATE OR DELETE ON breach_step FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER breach_step_no_truncate BEFORE TRUNCATE ON breach_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table broken_glass
CREATE TABLE broken_glass (
	grant_id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	at TEXT NOT NULL,
	until TEXT NOT NULL,
	PRIMARY KEY (grant_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

CREATE INDEX ix_broken_glass_case_id ON broken_glass (case_id);

REVOKE UPDATE, DELETE, TRUNCATE ON broken_glass FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER broken_glass_no_change BEFORE UPDATE OR DELETE ON broken_glass FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER broken_glass_no_truncate BEFORE TRUNCATE ON broken_glass FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table case_conflict
CREATE TABLE case_conflict (
	case_id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	at TEXT NOT NULL,
	PRIMARY KEY (case_id, user_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

REVOKE UPDATE, DELETE, TRUNCATE ON case_conflict FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER case_conflict_no_change BEFORE UPDATE OR DELETE ON case_conflict FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER case_conflict_no_truncate BEFORE TRUNCATE ON case_conflict FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table case_effect
CREATE TABLE case_effect (
	effect_id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	proposal INTEGER NOT NULL,
	person_id TEXT NOT NULL,
	grant_id TEXT,
	benefit TEXT NOT NULL,
	effect TEXT NOT NULL,
	monthly_change_ore BIGINT NOT NULL,
	effective_from TEXT NOT NULL,
	reclaim_ore BIGINT NOT NULL,
	PRIMARY KEY (effect_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

CREATE INDEX ix_case_effect_case_id ON case_effect (case_id);

REVOKE DELETE, TRUNCATE ON case_effect FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER case_effect_no_change BEFORE UPDATE OR DELETE ON case_effect FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER case_effect_no_truncate BEFORE TRUNCATE ON case_effect FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table case_hours
CREATE TABLE case_hours (
	hours_id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	at TEXT NOT NULL,
	user_id TEXT NOT NULL,
	minutes INTEGER NOT NULL,
	on_day TEXT NOT NULL,
	PRIMARY KEY (hours_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

CREATE INDEX ix_case_hours_case_id ON case_hours (case_id);

REVOKE UPDATE, DELETE, TRUNCATE ON case_hours FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER case_hours_no_change BEFORE UPDATE OR DELETE ON case_hours FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER case_hours_no_truncate BEFORE TRUNCATE ON case_hours FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table case_key
CREATE TABLE case_key (
	case_id TEXT NOT NULL,
	wrapped BYTEA NOT NULL,
	PRIMARY KEY (case_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

-- table case_lead_key
CREATE TABLE case_lead_key (
	signal_id TEXT NOT NULL,
	wrapped BYTEA NOT NULL,
	PRIMARY KEY (signal_id),
	FOREIGN KEY(signal_id) REFERENCES case_lead (signal_id)
);

-- table case_look
CREATE TABLE case_look (
	look_id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	at TEXT NOT NULL,
	user_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	assessment TEXT NOT NULL,
	blind BOOLEAN NOT NULL,
	PRIMARY KEY (look_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

CREATE INDEX ix_case_look_case_id ON case_look (case_id);

REVOKE UPDATE, DELETE, TRUNCATE ON case_look FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER case_look_no_change BEFORE UPDATE OR DELETE ON case_look FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER case_look_no_truncate BEFORE TRUNCATE ON case_look FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table case_step
CREATE TABLE case_step (
	case_id TEXT NOT NULL,
	version INTEGER NOT NULL,
	at TEXT NOT NULL,
	step TEXT NOT NULL,
	actor TEXT NOT NULL,
	from_state TEXT NOT NULL,
	to_state TEXT NOT NULL,
	reason TEXT NOT NULL,
	details TEXT NOT NULL,
	PRIMARY KEY (case_id, version),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

REVOKE UPDATE, DELETE, TRUNCATE ON case_step FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER case_step_no_change BEFORE UPDATE OR DELETE ON case_step FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER case_step_no_truncate BEFORE TRUNCATE ON case_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table case_text
CREATE TABLE case_text (
	text_id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	at TEXT NOT NULL,
	author TEXT NOT NULL,
	kind TEXT NOT NULL,
	sealed BYTEA NOT NULL,
	PRIMARY KEY (text_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

CREATE INDEX ix_case_text_case_id ON case_text (case_id);

REVOKE UPDATE, DELETE, TRUNCATE ON case_text FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER case_text_no_change BEFORE UPDATE OR DELETE ON case_text FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER case_text_no_truncate BEFORE TRUNCATE ON case_text FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table dpo_notice_seen
CREATE TABLE dpo_notice_seen (
	notice_id TEXT NOT NULL,
	at TEXT NOT NULL,
	user_id TEXT NOT NULL,
	PRIMARY KEY (notice_id),
	FOREIGN KEY(notice_id) REFERENCES dpo_notice (notice_id)
);

REVOKE UPDATE, DELETE, TRUNCATE ON dpo_notice_seen FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER dpo_notice_seen_no_change BEFORE UPDATE OR DELETE ON dpo_notice_seen FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER dpo_notice_seen_no_truncate BEFORE TRUNCATE ON dpo_notice_seen FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table letter
CREATE TABLE letter (
	letter_id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	at TEXT NOT NULL,
	kind TEXT NOT NULL,
	author TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	deadline TEXT,
	sealed_fields BYTEA NOT NULL,
	sealed_pdf BYTEA NOT NULL,
	PRIMARY KEY (letter_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

CREATE INDEX ix_letter_case_id ON letter (case_id);

REVOKE UPDATE, DELETE, TRUNCATE ON letter FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER letter_no_change BEFORE UPDATE OR DELETE ON letter FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER letter_no_truncate BEFORE TRUNCATE ON letter FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table nightly_run_finished
CREATE TABLE nightly_run_finished (
	night_id TEXT NOT NULL,
	at TEXT NOT NULL,
	run_id TEXT NOT NULL,
	counts TEXT NOT NULL,
	PRIMARY KEY (night_id),
	FOREIGN KEY(night_id) REFERENCES nightly_run (night_id)
);

REVOKE UPDATE, DELETE, TRUNCATE ON nightly_run_finished FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER nightly_run_finished_no_change BEFORE UPDATE OR DELETE ON nightly_run_finished FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER nightly_run_finished_no_truncate BEFORE TRUNCATE ON nightly_run_finished FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table outbox
CREATE TABLE outbox (
	item_id TEXT NOT NULL,
	at TEXT NOT NULL,
	case_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	refers_to TEXT NOT NULL,
	PRIMARY KEY (item_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

CREATE INDEX ix_outbox_case_id ON outbox (case_id);

REVOKE DELETE, TRUNCATE ON outbox FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER outbox_no_change BEFORE UPDATE OR DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER outbox_no_truncate BEFORE TRUNCATE ON outbox FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table right_step
CREATE TABLE right_step (
	request_id TEXT NOT NULL,
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	actor TEXT NOT NULL,
	step TEXT NOT NULL,
	case_id TEXT NOT NULL,
	details TEXT NOT NULL,
	sealed BYTEA NOT NULL,
	PRIMARY KEY (request_id, number),
	FOREIGN KEY(request_id) REFERENCES right_request (request_id)
);

CREATE INDEX ix_right_step_case_id ON right_step (case_id);

REVOKE UPDATE, DELETE, TRUNCATE ON right_step FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER right_step_no_change BEFORE UPDATE OR DELETE ON right_step FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER right_step_no_truncate BEFORE TRUNCATE ON right_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table case_effect_reversal
CREATE TABLE case_effect_reversal (
	effect_id TEXT NOT NULL,
	at TEXT NOT NULL,
	reversed_on TEXT NOT NULL,
	PRIMARY KEY (effect_id),
	FOREIGN KEY(effect_id) REFERENCES case_effect (effect_id)
);

REVOKE UPDATE, DELETE, TRUNCATE ON case_effect_reversal FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER case_effect_reversal_no_change BEFORE UPDATE OR DELETE ON case_effect_reversal FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER case_effect_reversal_no_truncate BEFORE TRUNCATE ON case_effect_reversal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table case_money
CREATE TABLE case_money (
	money_id TEXT NOT NULL,
	effect_id TEXT NOT NULL,
	at TEXT NOT NULL,
	kind TEXT NOT NULL,
	amount_ore BIGINT NOT NULL,
	on_day TEXT NOT NULL,
	PRIMARY KEY (money_id),
	FOREIGN KEY(effect_id) REFERENCES case_effect (effect_id)
);

CREATE INDEX ix_case_money_effect_id ON case_money (effect_id);

REVOKE UPDATE, DELETE, TRUNCATE ON case_money FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER case_money_no_change BEFORE UPDATE OR DELETE ON case_money FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER case_money_no_truncate BEFORE TRUNCATE ON case_money FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table outbox_receipt
CREATE TABLE outbox_receipt (
	item_id TEXT NOT NULL,
	at TEXT NOT NULL,
	status TEXT NOT NULL,
	reference TEXT NOT NULL,
	PRIMARY KEY (item_id),
	FOREIGN KEY(item_id) REFERENCES outbox (item_id)
);

REVOKE UPDATE, DELETE, TRUNCATE ON outbox_receipt FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER outbox_receipt_no_change BEFORE UPDATE OR DELETE ON outbox_receipt FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER outbox_receipt_no_truncate BEFORE TRUNCATE ON outbox_receipt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table outbox_sending
CREATE TABLE outbox_sending (
	item_id TEXT NOT NULL,
	attempt INTEGER NOT NULL,
	at TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	PRIMARY KEY (item_id, attempt),
	FOREIGN KEY(item_id) REFERENCES outbox (item_id)
);

REVOKE UPDATE, DELETE, TRUNCATE ON outbox_sending FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER outbox_sending_no_change BEFORE UPDATE OR DELETE ON outbox_sending FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER outbox_sending_no_truncate BEFORE TRUNCATE ON outbox_sending FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
