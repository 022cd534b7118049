-- What the database is told. Frozen on the day of its release: sqlite.

-- table breach
CREATE TABLE breach (
	breach_id TEXT NOT NULL,
	at TEXT NOT NULL,
	known_at TEXT NOT NULL,
	kind TEXT NOT NULL,
	persons INTEGER,
	sealed BLOB NOT NULL,
	PRIMARY KEY (breach_id)
)
 WITHOUT ROWID;

CREATE TRIGGER breach_no_update BEFORE UPDATE ON breach BEGIN SELECT RAISE(ABORT, 'append-only: breach'); END;

CREATE TRIGGER breach_no_delete BEFORE DELETE ON breach BEGIN SELECT RAISE(ABORT, 'append-only: breach'); END;

CREATE TRIGGER breach_no_replace BEFORE INSERT ON breach WHEN EXISTS (SELECT 1 FROM breach WHERE breach_id = NEW.breach_id) BEGIN SELECT RAISE(ABORT, 'append-only: breach'); END;

-- table capacity
CREATE TABLE capacity (
	office TEXT NOT NULL,
	week TEXT NOT NULL,
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	user_id TEXT NOT NULL,
	minutes INTEGER NOT NULL,
	PRIMARY KEY (office, week, number)
)
 WITHOUT ROWID;

CREATE TRIGGER capacity_no_update BEFORE UPDATE ON capacity BEGIN SELECT RAISE(ABORT, 'append-only: capacity'); END;

CREATE TRIGGER capacity_no_delete BEFORE DELETE ON capacity BEGIN SELECT RAISE(ABORT, 'append-only: capacity'); END;

CREATE TRIGGER capacity_no_replace BEFORE INSERT ON capacity WHEN EXISTS (SELECT 1 FROM capacity WHERE office = NEW.office AND week = NEW.week AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'append-only: capacity'); END;

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
	sealed BLOB NOT NULL,
	recorded_on TEXT NOT NULL,
	at TEXT NOT NULL,
	user_id TEXT NOT NULL,
	PRIMARY KEY (signal_id)
)
 WITHOUT ROWID;

CREATE TRIGGER case_lead_no_update BEFORE UPDATE ON case_lead BEGIN SELECT RAISE(ABORT, 'append-only: case_lead'); END;

CREATE TRIGGER case_lead_no_delete BEFORE DELETE ON case_lead BEGIN SELECT RAISE(ABORT, 'append-only: case_lead'); END;

CREATE TRIGGER case_lead_no_replace BEFORE INSERT ON case_lead WHEN EXISTS (SELECT 1 FROM case_lead WHERE signal_id = NEW.signal_id) BEGIN SELECT RAISE(ABORT, 'append-only: case_lead'); END;

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
)
 WITHOUT ROWID;

CREATE TRIGGER case_list_no_update BEFORE UPDATE ON case_list BEGIN SELECT RAISE(ABORT, 'append-only: case_list'); END;

CREATE TRIGGER case_list_no_delete BEFORE DELETE ON case_list BEGIN SELECT RAISE(ABORT, 'append-only: case_list'); END;

CREATE TRIGGER case_list_no_replace BEFORE INSERT ON case_list WHEN EXISTS (SELECT 1 FROM case_list WHERE run_id = NEW.run_id) BEGIN SELECT RAISE(ABORT, 'append-only: case_list'); END;

-- table dpo_notice
CREATE TABLE dpo_notice (
	notice_id TEXT NOT NULL,
	at TEXT NOT NULL,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	user_id TEXT NOT NULL,
	PRIMARY KEY (notice_id)
)
 WITHOUT ROWID;

CREATE TRIGGER dpo_notice_no_update BEFORE UPDATE ON dpo_notice BEGIN SELECT RAISE(ABORT, 'append-only: dpo_notice'); END;

CREATE TRIGGER dpo_notice_no_delete BEFORE DELETE ON dpo_notice BEGIN SELECT RAISE(ABORT, 'append-only: dpo_notice'); END;

CREATE TRIGGER dpo_notice_no_replace BEFORE INSERT ON dpo_notice WHEN EXISTS (SELECT 1 FROM dpo_notice WHERE notice_id = NEW.notice_id) BEGIN SELECT RAISE(ABORT, 'append-only: dpo_notice'); END;

-- table identity
CREATE TABLE identity (
	kind TEXT NOT NULL,
	"key" TEXT NOT NULL,
	sealed BLOB NOT NULL,
	lookup TEXT,
	PRIMARY KEY (kind, "key"),
	UNIQUE (lookup)
);

-- table nightly_run
CREATE TABLE nightly_run (
	night_id TEXT NOT NULL,
	at TEXT NOT NULL,
	as_of TEXT NOT NULL,
	registers TEXT NOT NULL,
	commitment TEXT NOT NULL,
	sealed_seed BLOB NOT NULL,
	asked TEXT NOT NULL,
	PRIMARY KEY (night_id),
	UNIQUE (commitment)
)
 WITHOUT ROWID;

CREATE TRIGGER nightly_run_no_update BEFORE UPDATE ON nightly_run BEGIN SELECT RAISE(ABORT, 'append-only: nightly_run'); END;

CREATE TRIGGER nightly_run_no_delete BEFORE DELETE ON nightly_run BEGIN SELECT RAISE(ABORT, 'append-only: nightly_run'); END;

CREATE TRIGGER nightly_run_no_replace BEFORE INSERT ON nightly_run WHEN EXISTS (SELECT 1 FROM nightly_run WHERE commitment = NEW.commitment) OR EXISTS (SELECT 1 FROM nightly_run WHERE night_id = NEW.night_id) BEGIN SELECT RAISE(ABORT, 'append-only: nightly_run'); END;

-- table request_key
CREATE TABLE request_key (
	user_id TEXT NOT NULL,
	"key" TEXT NOT NULL,
	at TEXT NOT NULL,
	asked TEXT NOT NULL,
	answer TEXT NOT NULL,
	PRIMARY KEY (user_id, "key")
);

-- table right_request
CREATE TABLE right_request (
	request_id TEXT NOT NULL,
	at TEXT NOT NULL,
	kind TEXT NOT NULL,
	person TEXT NOT NULL,
	received_on TEXT NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (request_id)
)
 WITHOUT ROWID;

CREATE INDEX ix_right_request_person ON right_request (person);

CREATE TRIGGER right_request_no_update BEFORE UPDATE ON right_request BEGIN SELECT RAISE(ABORT, 'append-only: right_request'); END;

CREATE TRIGGER right_request_no_delete BEFORE DELETE ON right_request BEGIN SELECT RAISE(ABORT, 'append-only: right_request'); END;

CREATE TRIGGER right_request_no_replace BEFORE INSERT ON right_request WHEN EXISTS (SELECT 1 FROM right_request WHERE request_id = NEW.request_id) BEGIN SELECT RAISE(ABORT, 'append-only: right_request'); END;

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
	sealed BLOB NOT NULL,
	PRIMARY KEY (breach_id, number),
	FOREIGN KEY(breach_id) REFERENCES breach (breach_id)
)
 WITHOUT ROWID;

CREATE TRIGGER breach_step_no_update BEFORE UPDATE ON breach_step BEGIN SELECT RAISE(ABORT, 'append-only: breach_step'); END;

CREATE TRIGGER breach_step_no_delete BEFORE DELETE ON breach_step BEGIN SELECT RAISE(ABORT, 'append-only: breach_step'); END;

CREATE TRIGGER breach_step_no_replace BEFORE INSERT ON breach_step WHEN EXISTS (SELECT 1 FROM breach_step WHERE breach_id = NEW.breach_id AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'append-only: breach_step'); END;

-- table broken_glass
CREATE TABLE broken_glass (
	grant_id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	at TEXT NOT NULL,
	until TEXT NOT NULL,
	PRIMARY KEY (grant_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
)
 WITHOUT ROWID;

CREATE INDEX ix_broken_glass_case_id ON broken_glass (case_id);

CREATE TRIGGER broken_glass_no_update BEFORE UPDATE ON broken_glass BEGIN SELECT RAISE(ABORT, 'append-only: broken_glass'); END;

CREATE TRIGGER broken_glass_no_delete BEFORE DELETE ON broken_glass BEGIN SELECT RAISE(ABORT, 'append-only: broken_glass'); END;

CREATE TRIGGER broken_glass_no_replace BEFORE INSERT ON broken_glass WHEN EXISTS (SELECT 1 FROM broken_glass WHERE grant_id = NEW.grant_id) BEGIN SELECT RAISE(ABORT, 'append-only: broken_glass'); END;

-- table case_conflict
CREATE TABLE case_conflict (
	case_id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	at TEXT NOT NULL,
	PRIMARY KEY (case_id, user_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
)
 WITHOUT ROWID;

CREATE TRIGGER case_conflict_no_update BEFORE UPDATE ON case_conflict BEGIN SELECT RAISE(ABORT, 'append-only: case_conflict'); END;

CREATE TRIGGER case_conflict_no_delete BEFORE DELETE ON case_conflict BEGIN SELECT RAISE(ABORT, 'append-only: case_conflict'); END;

CREATE TRIGGER case_conflict_no_replace BEFORE INSERT ON case_conflict WHEN EXISTS (SELECT 1 FROM case_conflict WHERE case_id = NEW.case_id AND user_id = NEW.user_id) BEGIN SELECT RAISE(ABORT, 'append-only: case_conflict'); END;

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
)
 WITHOUT ROWID;

CREATE INDEX ix_case_effect_case_id ON case_effect (case_id);

CREATE TRIGGER case_effect_no_update BEFORE UPDATE ON case_effect BEGIN SELECT RAISE(ABORT, 'append-only: case_effect'); END;

CREATE TRIGGER case_effect_no_delete BEFORE DELETE ON case_effect BEGIN SELECT RAISE(ABORT, 'append-only: case_effect'); END;

CREATE TRIGGER case_effect_no_replace BEFORE INSERT ON case_effect WHEN EXISTS (SELECT 1 FROM case_effect WHERE effect_id = NEW.effect_id) BEGIN SELECT RAISE(ABORT, 'append-only: case_effect'); END;

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
)
 WITHOUT ROWID;

CREATE INDEX ix_case_hours_case_id ON case_hours (case_id);

CREATE TRIGGER case_hours_no_update BEFORE UPDATE ON case_hours BEGIN SELECT RAISE(ABORT, 'append-only: case_hours'); END;

CREATE TRIGGER case_hours_no_delete BEFORE DELETE ON case_hours BEGIN SELECT RAISE(ABORT, 'append-only: case_hours'); END;

CREATE TRIGGER case_hours_no_replace BEFORE INSERT ON case_hours WHEN EXISTS (SELECT 1 FROM case_hours WHERE hours_id = NEW.hours_id) BEGIN SELECT RAISE(ABORT, 'append-only: case_hours'); END;

-- table case_key
CREATE TABLE case_key (
	case_id TEXT NOT NULL,
	wrapped BLOB NOT NULL,
	PRIMARY KEY (case_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

-- table case_lead_key
CREATE TABLE case_lead_key (
	signal_id TEXT NOT NULL,
	wrapped BLOB NOT NULL,
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
)
 WITHOUT ROWID;

CREATE INDEX ix_case_look_case_id ON case_look (case_id);

CREATE TRIGGER case_look_no_update BEFORE UPDATE ON case_look BEGIN SELECT RAISE(ABORT, 'append-only: case_look'); END;

CREATE TRIGGER case_look_no_delete BEFORE DELETE ON case_look BEGIN SELECT RAISE(ABORT, 'append-only: case_look'); END;

CREATE TRIGGER case_look_no_replace BEFORE INSERT ON case_look WHEN EXISTS (SELECT 1 FROM case_look WHERE look_id = NEW.look_id) BEGIN SELECT RAISE(ABORT, 'append-only: case_look'); END;

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
)
 WITHOUT ROWID;

CREATE TRIGGER case_step_no_update BEFORE UPDATE ON case_step BEGIN SELECT RAISE(ABORT, 'append-only: case_step'); END;

CREATE TRIGGER case_step_no_delete BEFORE DELETE ON case_step BEGIN SELECT RAISE(ABORT, 'append-only: case_step'); END;

CREATE TRIGGER case_step_no_replace BEFORE INSERT ON case_step WHEN EXISTS (SELECT 1 FROM case_step WHERE case_id = NEW.case_id AND version = NEW.version) BEGIN SELECT RAISE(ABORT, 'append-only: case_step'); END;

-- table case_text
CREATE TABLE case_text (
	text_id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	at TEXT NOT NULL,
	author TEXT NOT NULL,
	kind TEXT NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (text_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
)
 WITHOUT ROWID;

CREATE INDEX ix_case_text_case_id ON case_text (case_id);

CREATE TRIGGER case_text_no_update BEFORE UPDATE ON case_text BEGIN SELECT RAISE(ABORT, 'append-only: case_text'); END;

CREATE TRIGGER case_text_no_delete BEFORE DELETE ON case_text BEGIN SELECT RAISE(ABORT, 'append-only: case_text'); END;

CREATE TRIGGER case_text_no_replace BEFORE INSERT ON case_text WHEN EXISTS (SELECT 1 FROM case_text WHERE text_id = NEW.text_id) BEGIN SELECT RAISE(ABORT, 'append-only: case_text'); END;

-- table dpo_notice_seen
CREATE TABLE dpo_notice_seen (
	notice_id TEXT NOT NULL,
	at TEXT NOT NULL,
	user_id TEXT NOT NULL,
	PRIMARY KEY (notice_id),
	FOREIGN KEY(notice_id) REFERENCES dpo_notice (notice_id)
)
 WITHOUT ROWID;

CREATE TRIGGER dpo_notice_seen_no_update BEFORE UPDATE ON dpo_notice_seen BEGIN SELECT RAISE(ABORT, 'append-only: dpo_notice_seen'); END;

CREATE TRIGGER dpo_notice_seen_no_delete BEFORE DELETE ON dpo_notice_seen BEGIN SELECT RAISE(ABORT, 'append-only: dpo_notice_seen'); END;

CREATE TRIGGER dpo_notice_seen_no_replace BEFORE INSERT ON dpo_notice_seen WHEN EXISTS (SELECT 1 FROM dpo_notice_seen WHERE notice_id = NEW.notice_id) BEGIN SELECT RAISE(ABORT, 'append-only: dpo_notice_seen'); END;

-- table letter
CREATE TABLE letter (
	letter_id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	at TEXT NOT NULL,
	kind TEXT NOT NULL,
	author TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	deadline TEXT,
	sealed_fields BLOB NOT NULL,
	sealed_pdf BLOB NOT NULL,
	PRIMARY KEY (letter_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
)
 WITHOUT ROWID;

CREATE INDEX ix_letter_case_id ON letter (case_id);

CREATE TRIGGER letter_no_update BEFORE UPDATE ON letter BEGIN SELECT RAISE(ABORT, 'append-only: letter'); END;

CREATE TRIGGER letter_no_delete BEFORE DELETE ON letter BEGIN SELECT RAISE(ABORT, 'append-only: letter'); END;

CREATE TRIGGER letter_no_replace BEFORE INSERT ON letter WHEN EXISTS (SELECT 1 FROM letter WHERE letter_id = NEW.letter_id) BEGIN SELECT RAISE(ABORT, 'append-only: letter'); END;

-- table nightly_run_finished
CREATE TABLE nightly_run_finished (
	night_id TEXT NOT NULL,
	at TEXT NOT NULL,
	run_id TEXT NOT NULL,
	counts TEXT NOT NULL,
	PRIMARY KEY (night_id),
	FOREIGN KEY(night_id) REFERENCES nightly_run (night_id)
)
 WITHOUT ROWID;

CREATE TRIGGER nightly_run_finished_no_update BEFORE UPDATE ON nightly_run_finished BEGIN SELECT RAISE(ABORT, 'append-only: nightly_run_finished'); END;

CREATE TRIGGER nightly_run_finished_no_delete BEFORE DELETE ON nightly_run_finished BEGIN SELECT RAISE(ABORT, 'append-only: nightly_run_finished'); END;

CREATE TRIGGER nightly_run_finished_no_replace BEFORE INSERT ON nightly_run_finished WHEN EXISTS (SELECT 1 FROM nightly_run_finished WHERE night_id = NEW.night_id) BEGIN SELECT RAISE(ABORT, 'append-only: nightly_run_finished'); END;

-- table outbox
CREATE TABLE outbox (
	item_id TEXT NOT NULL,
	at TEXT NOT NULL,
	case_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	refers_to TEXT NOT NULL,
	PRIMARY KEY (item_id),
	FOREIGN KEY(case_id) REFERENCES case_file (case_id)
)
 WITHOUT ROWID;

CREATE INDEX ix_outbox_case_id ON outbox (case_id);

CREATE TRIGGER outbox_no_update BEFORE UPDATE ON outbox BEGIN SELECT RAISE(ABORT, 'append-only: outbox'); END;

CREATE TRIGGER outbox_no_delete BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'append-only: outbox'); END;

CREATE TRIGGER outbox_no_replace BEFORE INSERT ON outbox WHEN EXISTS (SELECT 1 FROM outbox WHERE item_id = NEW.item_id) BEGIN SELECT RAISE(ABORT, 'append-only: outbox'); END;

-- table right_step
CREATE TABLE right_step (
	request_id TEXT NOT NULL,
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	actor TEXT NOT NULL,
	step TEXT NOT NULL,
	case_id TEXT NOT NULL,
	details TEXT NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (request_id, number),
	FOREIGN KEY(request_id) REFERENCES right_request (request_id)
)
 WITHOUT ROWID;

CREATE INDEX ix_right_step_case_id ON right_step (case_id);

CREATE TRIGGER right_step_no_update BEFORE UPDATE ON right_step BEGIN SELECT RAISE(ABORT, 'append-only: right_step'); END;

CREATE TRIGGER right_step_no_delete BEFORE DELETE ON right_step BEGIN SELECT RAISE(ABORT, 'append-only: right_step'); END;

CREATE TRIGGER right_step_no_replace BEFORE INSERT ON right_step WHEN EXISTS (SELECT 1 FROM right_step WHERE request_id = NEW.request_id AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'append-only: right_step'); END;

-- table case_effect_reversal
CREATE TABLE case_effect_reversal (
	effect_id TEXT NOT NULL,
	at TEXT NOT NULL,
	reversed_on TEXT NOT NULL,
	PRIMARY KEY (effect_id),
	FOREIGN KEY(effect_id) REFERENCES case_effect (effect_id)
)
 WITHOUT ROWID;

CREATE TRIGGER case_effect_reversal_no_update BEFORE UPDATE ON case_effect_reversal BEGIN SELECT RAISE(ABORT, 'append-only: case_effect_reversal'); END;

CREATE TRIGGER case_effect_reversal_no_delete BEFORE DELETE ON case_effect_reversal BEGIN SELECT RAISE(ABORT, 'append-only: case_effect_reversal'); END;

CREATE TRIGGER case_effect_reversal_no_replace BEFORE INSERT ON case_effect_reversal WHEN EXISTS (SELECT 1 FROM case_effect_reversal WHERE effect_id = NEW.effect_id) BEGIN SELECT RAISE(ABORT, 'append-only: case_effect_reversal'); END;

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
)
 WITHOUT ROWID;

CREATE INDEX ix_case_money_effect_id ON case_money (effect_id);

CREATE TRIGGER case_money_no_update BEFORE UPDATE ON case_money BEGIN SELECT RAISE(ABORT, 'append-only: case_money'); END;

CREATE TRIGGER case_money_no_delete BEFORE DELETE ON case_money BEGIN SELECT RAISE(ABORT, 'append-only: case_money'); END;

CREATE TRIGGER case_money_no_replace BEFORE INSERT ON case_money WHEN EXISTS (SELECT 1 FROM case_money WHERE money_id = NEW.money_id) BEGIN SELECT RAISE(ABORT, 'append-only: case_money'); END;

-- table outbox_receipt
CREATE TABLE outbox_receipt (
	item_id TEXT NOT NULL,
	at TEXT NOT NULL,
	status TEXT NOT NULL,
	reference TEXT NOT NULL,
	PRIMARY KEY (item_id),
	FOREIGN KEY(item_id) REFERENCES outbox (item_id)
)
 WITHOUT ROWID;

CREATE TRIGGER outbox_receipt_no_update BEFORE UPDATE ON outbox_receipt BEGIN SELECT RAISE(ABORT, 'append-only: outbox_receipt'); END;

CREATE TRIGGER outbox_receipt_no_delete BEFORE DELETE ON outbox_receipt BEGIN SELECT RAISE(ABORT, 'append-only: outbox_receipt'); END;

CREATE TRIGGER outbox_receipt_no_replace BEFORE INSERT ON outbox_receipt WHEN EXISTS (SELECT 1 FROM outbox_receipt WHERE item_id = NEW.item_id) BEGIN SELECT RAISE(ABORT, 'append-only: outbox_receipt'); END;

-- table outbox_sending
CREATE TABLE outbox_sending (
	item_id TEXT NOT NULL,
	attempt INTEGER NOT NULL,
	at TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	PRIMARY KEY (item_id, attempt),
	FOREIGN KEY(item_id) REFERENCES outbox (item_id)
)
 WITHOUT ROWID;

CREATE TRIGGER outbox_sending_no_update BEFORE UPDATE ON outbox_sending BEGIN SELECT RAISE(ABORT, 'append-only: outbox_sending'); END;

CREATE TRIGGER outbox_sending_no_delete BEFORE DELETE ON outbox_sending BEGIN SELECT RAISE(ABORT, 'append-only: outbox_sending'); END;

CREATE TRIGGER outbox_sending_no_replace BEFORE INSERT ON outbox_sending WHEN EXISTS (SELECT 1 FROM outbox_sending WHERE item_id = NEW.item_id AND attempt = NEW.attempt) BEGIN SELECT RAISE(ABORT, 'append-only: outbox_sending'); END;
