-- What the database is told. Frozen on the day of its release: sqlite.

-- table audit_event
CREATE TABLE audit_event (
	seq INTEGER NOT NULL,
	at TEXT NOT NULL,
	action TEXT NOT NULL,
	actor TEXT NOT NULL,
	subject TEXT NOT NULL,
	details TEXT NOT NULL,
	PRIMARY KEY (seq)
);

CREATE INDEX ix_audit_event_subject ON audit_event (subject);

CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event BEGIN SELECT RAISE(ABORT, 'append-only: audit_event'); END;

CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event BEGIN SELECT RAISE(ABORT, 'append-only: audit_event'); END;

CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event WHEN EXISTS (SELECT 1 FROM audit_event WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'append-only: audit_event'); END;

-- table audit_node
CREATE TABLE audit_node (
	level INTEGER NOT NULL,
	position BIGINT NOT NULL,
	hash BLOB NOT NULL,
	PRIMARY KEY (level, position)
)
 WITHOUT ROWID;

CREATE TRIGGER audit_node_no_update BEFORE UPDATE ON audit_node BEGIN SELECT RAISE(ABORT, 'append-only: audit_node'); END;

CREATE TRIGGER audit_node_no_delete BEFORE DELETE ON audit_node BEGIN SELECT RAISE(ABORT, 'append-only: audit_node'); END;

CREATE TRIGGER audit_node_no_replace BEFORE INSERT ON audit_node WHEN EXISTS (SELECT 1 FROM audit_node WHERE level = NEW.level AND position = NEW.position) BEGIN SELECT RAISE(ABORT, 'append-only: audit_node'); END;

-- table explained_run
CREATE TABLE explained_run (
	run_id TEXT NOT NULL,
	at TEXT NOT NULL,
	grounds TEXT NOT NULL,
	seal TEXT NOT NULL,
	PRIMARY KEY (run_id)
)
 WITHOUT ROWID;

CREATE TRIGGER explained_run_no_update BEFORE UPDATE ON explained_run BEGIN SELECT RAISE(ABORT, 'append-only: explained_run'); END;

CREATE TRIGGER explained_run_no_delete BEFORE DELETE ON explained_run BEGIN SELECT RAISE(ABORT, 'append-only: explained_run'); END;

CREATE TRIGGER explained_run_no_replace BEFORE INSERT ON explained_run WHEN EXISTS (SELECT 1 FROM explained_run WHERE run_id = NEW.run_id) BEGIN SELECT RAISE(ABORT, 'append-only: explained_run'); END;

-- table gate_approval
CREATE TABLE gate_approval (
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	reason TEXT NOT NULL,
	expires TEXT NOT NULL,
	dpo_signature TEXT NOT NULL,
	counsel_signature TEXT NOT NULL,
	PRIMARY KEY (number),
	UNIQUE (id)
);

CREATE TRIGGER gate_approval_no_update BEFORE UPDATE ON gate_approval BEGIN SELECT RAISE(ABORT, 'append-only: gate_approval'); END;

CREATE TRIGGER gate_approval_no_delete BEFORE DELETE ON gate_approval BEGIN SELECT RAISE(ABORT, 'append-only: gate_approval'); END;

CREATE TRIGGER gate_approval_no_replace BEFORE INSERT ON gate_approval WHEN EXISTS (SELECT 1 FROM gate_approval WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM gate_approval WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'append-only: gate_approval'); END;

-- table gate_assessment
CREATE TABLE gate_assessment (
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	kind TEXT NOT NULL,
	version TEXT NOT NULL,
	valid_from TEXT NOT NULL,
	valid_to TEXT NOT NULL,
	document_sha256 TEXT NOT NULL,
	PRIMARY KEY (number)
);

CREATE TRIGGER gate_assessment_no_update BEFORE UPDATE ON gate_assessment BEGIN SELECT RAISE(ABORT, 'append-only: gate_assessment'); END;

CREATE TRIGGER gate_assessment_no_delete BEFORE DELETE ON gate_assessment BEGIN SELECT RAISE(ABORT, 'append-only: gate_assessment'); END;

CREATE TRIGGER gate_assessment_no_replace BEFORE INSERT ON gate_assessment WHEN EXISTS (SELECT 1 FROM gate_assessment WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'append-only: gate_assessment'); END;

-- table gate_evidence
CREATE TABLE gate_evidence (
	digest TEXT NOT NULL,
	document TEXT NOT NULL,
	PRIMARY KEY (digest)
)
 WITHOUT ROWID;

CREATE TRIGGER gate_evidence_no_update BEFORE UPDATE ON gate_evidence BEGIN SELECT RAISE(ABORT, 'append-only: gate_evidence'); END;

CREATE TRIGGER gate_evidence_no_delete BEFORE DELETE ON gate_evidence BEGIN SELECT RAISE(ABORT, 'append-only: gate_evidence'); END;

CREATE TRIGGER gate_evidence_no_replace BEFORE INSERT ON gate_evidence WHEN EXISTS (SELECT 1 FROM gate_evidence WHERE digest = NEW.digest) BEGIN SELECT RAISE(ABORT, 'append-only: gate_evidence'); END;

-- table gate_exception
CREATE TABLE gate_exception (
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	id TEXT NOT NULL,
	rule TEXT NOT NULL,
	item TEXT NOT NULL,
	reason TEXT NOT NULL,
	expires TEXT NOT NULL,
	signature TEXT NOT NULL,
	PRIMARY KEY (number),
	UNIQUE (id)
);

CREATE TRIGGER gate_exception_no_update BEFORE UPDATE ON gate_exception BEGIN SELECT RAISE(ABORT, 'append-only: gate_exception'); END;

CREATE TRIGGER gate_exception_no_delete BEFORE DELETE ON gate_exception BEGIN SELECT RAISE(ABORT, 'append-only: gate_exception'); END;

CREATE TRIGGER gate_exception_no_replace BEFORE INSERT ON gate_exception WHEN EXISTS (SELECT 1 FROM gate_exception WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM gate_exception WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'append-only: gate_exception'); END;

-- table gate_resumption
CREATE TABLE gate_resumption (
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	stop_id TEXT NOT NULL,
	reason TEXT NOT NULL,
	signature TEXT NOT NULL,
	PRIMARY KEY (number)
);

CREATE TRIGGER gate_resumption_no_update BEFORE UPDATE ON gate_resumption BEGIN SELECT RAISE(ABORT, 'append-only: gate_resumption'); END;

CREATE TRIGGER gate_resumption_no_delete BEFORE DELETE ON gate_resumption BEGIN SELECT RAISE(ABORT, 'append-only: gate_resumption'); END;

CREATE TRIGGER gate_resumption_no_replace BEFORE INSERT ON gate_resumption WHEN EXISTS (SELECT 1 FROM gate_resumption WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'append-only: gate_resumption'); END;

-- table gate_role_key
CREATE TABLE gate_role_key (
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	role TEXT NOT NULL,
	public_key TEXT NOT NULL,
	signature TEXT NOT NULL,
	PRIMARY KEY (number)
);

CREATE TRIGGER gate_role_key_no_update BEFORE UPDATE ON gate_role_key BEGIN SELECT RAISE(ABORT, 'append-only: gate_role_key'); END;

CREATE TRIGGER gate_role_key_no_delete BEFORE DELETE ON gate_role_key BEGIN SELECT RAISE(ABORT, 'append-only: gate_role_key'); END;

CREATE TRIGGER gate_role_key_no_replace BEFORE INSERT ON gate_role_key WHEN EXISTS (SELECT 1 FROM gate_role_key WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'append-only: gate_role_key'); END;

-- table gate_stop
CREATE TABLE gate_stop (
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	id TEXT NOT NULL,
	role TEXT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (number),
	UNIQUE (id)
);

CREATE TRIGGER gate_stop_no_update BEFORE UPDATE ON gate_stop BEGIN SELECT RAISE(ABORT, 'append-only: gate_stop'); END;

CREATE TRIGGER gate_stop_no_delete BEFORE DELETE ON gate_stop BEGIN SELECT RAISE(ABORT, 'append-only: gate_stop'); END;

CREATE TRIGGER gate_stop_no_replace BEFORE INSERT ON gate_stop WHEN EXISTS (SELECT 1 FROM gate_stop WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM gate_stop WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'append-only: gate_stop'); END;

-- table gate_verdict
CREATE TABLE gate_verdict (
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	id TEXT NOT NULL,
	gate TEXT NOT NULL,
	subject TEXT NOT NULL,
	document TEXT NOT NULL,
	PRIMARY KEY (number),
	UNIQUE (id)
);

CREATE TRIGGER gate_verdict_no_update BEFORE UPDATE ON gate_verdict BEGIN SELECT RAISE(ABORT, 'append-only: gate_verdict'); END;

CREATE TRIGGER gate_verdict_no_delete BEFORE DELETE ON gate_verdict BEGIN SELECT RAISE(ABORT, 'append-only: gate_verdict'); END;

CREATE TRIGGER gate_verdict_no_replace BEFORE INSERT ON gate_verdict WHEN EXISTS (SELECT 1 FROM gate_verdict WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM gate_verdict WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'append-only: gate_verdict'); END;

-- table explained_decision
CREATE TABLE explained_decision (
	run_id TEXT NOT NULL,
	place INTEGER NOT NULL,
	"case" TEXT NOT NULL,
	features TEXT NOT NULL,
	score TEXT NOT NULL,
	explanation TEXT NOT NULL,
	document TEXT NOT NULL,
	PRIMARY KEY (run_id, place),
	FOREIGN KEY(run_id) REFERENCES explained_run (run_id)
)
 WITHOUT ROWID;

CREATE INDEX ix_explained_decision_case ON explained_decision ("case");

CREATE TRIGGER explained_decision_no_update BEFORE UPDATE ON explained_decision BEGIN SELECT RAISE(ABORT, 'append-only: explained_decision'); END;

CREATE TRIGGER explained_decision_no_delete BEFORE DELETE ON explained_decision BEGIN SELECT RAISE(ABORT, 'append-only: explained_decision'); END;

CREATE TRIGGER explained_decision_no_replace BEFORE INSERT ON explained_decision WHEN EXISTS (SELECT 1 FROM explained_decision WHERE run_id = NEW.run_id AND place = NEW.place) BEGIN SELECT RAISE(ABORT, 'append-only: explained_decision'); END;
