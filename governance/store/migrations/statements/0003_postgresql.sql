-- What the database is told. Frozen on the day of its release: postgresql.

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $refuse$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $refuse$;

-- table impact_booking
CREATE TABLE impact_booking (
	booking BIGINT NOT NULL,
	at TEXT NOT NULL,
	as_of TEXT NOT NULL,
	entries BIGINT NOT NULL,
	ledger_hash TEXT NOT NULL,
	PRIMARY KEY (booking)
);

REVOKE DELETE, TRUNCATE ON impact_booking FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER impact_booking_no_change BEFORE UPDATE OR DELETE ON impact_booking FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER impact_booking_no_truncate BEFORE TRUNCATE ON impact_booking FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table impact_cost
CREATE TABLE impact_cost (
	cost_id TEXT NOT NULL,
	at TEXT NOT NULL,
	kind TEXT NOT NULL,
	committee TEXT NOT NULL,
	amount_ore BIGINT NOT NULL,
	on_day TEXT NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (cost_id)
);

REVOKE UPDATE, DELETE, TRUNCATE ON impact_cost FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER impact_cost_no_change BEFORE UPDATE OR DELETE ON impact_cost FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER impact_cost_no_truncate BEFORE TRUNCATE ON impact_cost FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table impact_report
CREATE TABLE impact_report (
	version BIGINT NOT NULL,
	at TEXT NOT NULL,
	as_of TEXT NOT NULL,
	booking BIGINT NOT NULL,
	ledger_hash TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	document TEXT NOT NULL,
	PRIMARY KEY (version)
);

REVOKE DELETE, TRUNCATE ON impact_report FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER impact_report_no_change BEFORE UPDATE OR DELETE ON impact_report FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER impact_report_no_truncate BEFORE TRUNCATE ON impact_report FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table impact_entry
CREATE TABLE impact_entry (
	seq BIGINT NOT NULL,
	booking BIGINT NOT NULL,
	cause TEXT NOT NULL,
	source_kind TEXT NOT NULL,
	source_id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	administration TEXT NOT NULL,
	benefit TEXT NOT NULL,
	channel TEXT NOT NULL,
	arm TEXT NOT NULL,
	cohort TEXT NOT NULL,
	model_version TEXT NOT NULL,
	price_level INTEGER NOT NULL,
	year INTEGER NOT NULL,
	PRIMARY KEY (seq),
	FOREIGN KEY(booking) REFERENCES impact_booking (booking)
);

CREATE INDEX ix_impact_entry_booking ON impact_entry (booking);

REVOKE DELETE, TRUNCATE ON impact_entry FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER impact_entry_no_change BEFORE UPDATE OR DELETE ON impact_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER impact_entry_no_truncate BEFORE TRUNCATE ON impact_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table impact_fact
CREATE TABLE impact_fact (
	kind TEXT NOT NULL,
	fact_id TEXT NOT NULL,
	booking BIGINT NOT NULL,
	document TEXT NOT NULL,
	PRIMARY KEY (kind, fact_id, booking),
	FOREIGN KEY(booking) REFERENCES impact_booking (booking)
);

REVOKE UPDATE, DELETE, TRUNCATE ON impact_fact FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER impact_fact_no_change BEFORE UPDATE OR DELETE ON impact_fact FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER impact_fact_no_truncate BEFORE TRUNCATE ON impact_fact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table impact_release_request
CREATE TABLE impact_release_request (
	request_id TEXT NOT NULL,
	at TEXT NOT NULL,
	version BIGINT NOT NULL,
	report_sha256 TEXT NOT NULL,
	user_id TEXT NOT NULL,
	purpose TEXT NOT NULL,
	PRIMARY KEY (request_id),
	FOREIGN KEY(version) REFERENCES impact_report (version)
);

CREATE INDEX ix_impact_release_request_version ON impact_release_request (version);

REVOKE DELETE, TRUNCATE ON impact_release_request FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER impact_release_request_no_change BEFORE UPDATE OR DELETE ON impact_release_request FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER impact_release_request_no_truncate BEFORE TRUNCATE ON impact_release_request FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table impact_line
CREATE TABLE impact_line (
	seq BIGINT NOT NULL,
	account TEXT NOT NULL,
	amount_ore BIGINT NOT NULL,
	PRIMARY KEY (seq, account),
	FOREIGN KEY(seq) REFERENCES impact_entry (seq)
);

REVOKE UPDATE, DELETE, TRUNCATE ON impact_line FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER impact_line_no_change BEFORE UPDATE OR DELETE ON impact_line FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER impact_line_no_truncate BEFORE TRUNCATE ON impact_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table impact_release
CREATE TABLE impact_release (
	request_id TEXT NOT NULL,
	at TEXT NOT NULL,
	user_id TEXT NOT NULL,
	file_sha256 TEXT NOT NULL,
	PRIMARY KEY (request_id),
	FOREIGN KEY(request_id) REFERENCES impact_release_request (request_id)
);

REVOKE UPDATE, DELETE, TRUNCATE ON impact_release FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER impact_release_no_change BEFORE UPDATE OR DELETE ON impact_release FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER impact_release_no_truncate BEFORE TRUNCATE ON impact_release FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
