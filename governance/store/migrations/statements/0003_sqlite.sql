-- What the database is told. Frozen on the day of its release: sqlite.

-- table impact_booking
CREATE TABLE impact_booking (
	booking BIGINT NOT NULL,
	at TEXT NOT NULL,
	as_of TEXT NOT NULL,
	entries BIGINT NOT NULL,
	ledger_hash TEXT NOT NULL,
	PRIMARY KEY (booking)
)
 WITHOUT ROWID;

CREATE TRIGGER impact_booking_no_update BEFORE UPDATE ON impact_booking BEGIN SELECT RAISE(ABORT, 'append-only: impact_booking'); END;

CREATE TRIGGER impact_booking_no_delete BEFORE DELETE ON impact_booking BEGIN SELECT RAISE(ABORT, 'append-only: impact_booking'); END;

CREATE TRIGGER impact_booking_no_replace BEFORE INSERT ON impact_booking WHEN EXISTS (SELECT 1 FROM impact_booking WHERE booking = NEW.booking) BEGIN SELECT RAISE(ABORT, 'append-only: impact_booking'); END;

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
)
 WITHOUT ROWID;

CREATE TRIGGER impact_cost_no_update BEFORE UPDATE ON impact_cost BEGIN SELECT RAISE(ABORT, 'append-only: impact_cost'); END;

CREATE TRIGGER impact_cost_no_delete BEFORE DELETE ON impact_cost BEGIN SELECT RAISE(ABORT, 'append-only: impact_cost'); END;

CREATE TRIGGER impact_cost_no_replace BEFORE INSERT ON impact_cost WHEN EXISTS (SELECT 1 FROM impact_cost WHERE cost_id = NEW.cost_id) BEGIN SELECT RAISE(ABORT, 'append-only: impact_cost'); END;

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
)
 WITHOUT ROWID;

CREATE TRIGGER impact_report_no_update BEFORE UPDATE ON impact_report BEGIN SELECT RAISE(ABORT, 'append-only: impact_report'); END;

CREATE TRIGGER impact_report_no_delete BEFORE DELETE ON impact_report BEGIN SELECT RAISE(ABORT, 'append-only: impact_report'); END;

CREATE TRIGGER impact_report_no_replace BEFORE INSERT ON impact_report WHEN EXISTS (SELECT 1 FROM impact_report WHERE version = NEW.version) BEGIN SELECT RAISE(ABORT, 'append-only: impact_report'); END;

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
)
 WITHOUT ROWID;

CREATE INDEX ix_impact_entry_booking ON impact_entry (booking);

CREATE TRIGGER impact_entry_no_update BEFORE UPDATE ON impact_entry BEGIN SELECT RAISE(ABORT, 'append-only: impact_entry'); END;

CREATE TRIGGER impact_entry_no_delete BEFORE DELETE ON impact_entry BEGIN SELECT RAISE(ABORT, 'append-only: impact_entry'); END;

CREATE TRIGGER impact_entry_no_replace BEFORE INSERT ON impact_entry WHEN EXISTS (SELECT 1 FROM impact_entry WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'append-only: impact_entry'); END;

-- table impact_fact
CREATE TABLE impact_fact (
	kind TEXT NOT NULL,
	fact_id TEXT NOT NULL,
	booking BIGINT NOT NULL,
	document TEXT NOT NULL,
	PRIMARY KEY (kind, fact_id, booking),
	FOREIGN KEY(booking) REFERENCES impact_booking (booking)
)
 WITHOUT ROWID;

CREATE TRIGGER impact_fact_no_update BEFORE UPDATE ON impact_fact BEGIN SELECT RAISE(ABORT, 'append-only: impact_fact'); END;

CREATE TRIGGER impact_fact_no_delete BEFORE DELETE ON impact_fact BEGIN SELECT RAISE(ABORT, 'append-only: impact_fact'); END;

CREATE TRIGGER impact_fact_no_replace BEFORE INSERT ON impact_fact WHEN EXISTS (SELECT 1 FROM impact_fact WHERE kind = NEW.kind AND fact_id = NEW.fact_id AND booking = NEW.booking) BEGIN SELECT RAISE(ABORT, 'append-only: impact_fact'); END;

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
)
 WITHOUT ROWID;

CREATE INDEX ix_impact_release_request_version ON impact_release_request (version);

CREATE TRIGGER impact_release_request_no_update BEFORE UPDATE ON impact_release_request BEGIN SELECT RAISE(ABORT, 'append-only: impact_release_request'); END;

CREATE TRIGGER impact_release_request_no_delete BEFORE DELETE ON impact_release_request BEGIN SELECT RAISE(ABORT, 'append-only: impact_release_request'); END;

CREATE TRIGGER impact_release_request_no_replace BEFORE INSERT ON impact_release_request WHEN EXISTS (SELECT 1 FROM impact_release_request WHERE request_id = NEW.request_id) BEGIN SELECT RAISE(ABORT, 'append-only: impact_release_request'); END;

-- table impact_line
CREATE TABLE impact_line (
	seq BIGINT NOT NULL,
	account TEXT NOT NULL,
	amount_ore BIGINT NOT NULL,
	PRIMARY KEY (seq, account),
	FOREIGN KEY(seq) REFERENCES impact_entry (seq)
)
 WITHOUT ROWID;

CREATE TRIGGER impact_line_no_update BEFORE UPDATE ON impact_line BEGIN SELECT RAISE(ABORT, 'append-only: impact_line'); END;

CREATE TRIGGER impact_line_no_delete BEFORE DELETE ON impact_line BEGIN SELECT RAISE(ABORT, 'append-only: impact_line'); END;

CREATE TRIGGER impact_line_no_replace BEFORE INSERT ON impact_line WHEN EXISTS (SELECT 1 FROM impact_line WHERE seq = NEW.seq AND account = NEW.account) BEGIN SELECT RAISE(ABORT, 'append-only: impact_line'); END;

-- table impact_release
CREATE TABLE impact_release (
	request_id TEXT NOT NULL,
	at TEXT NOT NULL,
	user_id TEXT NOT NULL,
	file_sha256 TEXT NOT NULL,
	PRIMARY KEY (request_id),
	FOREIGN KEY(request_id) REFERENCES impact_release_request (request_id)
)
 WITHOUT ROWID;

CREATE TRIGGER impact_release_no_update BEFORE UPDATE ON impact_release BEGIN SELECT RAISE(ABORT, 'append-only: impact_release'); END;

CREATE TRIGGER impact_release_no_delete BEFORE DELETE ON impact_release BEGIN SELECT RAISE(ABORT, 'append-only: impact_release'); END;

CREATE TRIGGER impact_release_no_replace BEFORE INSERT ON impact_release WHEN EXISTS (SELECT 1 FROM impact_release WHERE request_id = NEW.request_id) BEGIN SELECT RAISE(ABORT, 'append-only: impact_release'); END;
