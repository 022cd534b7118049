-- What the database is told. Frozen on the day of its release: postgresql.

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $refuse$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $refuse$;

-- table audit_event
CREATE TABLE audit_event (
	seq BIGINT NOT NULL,
	at TEXT NOT NULL,
	action TEXT NOT NULL,
	actor TEXT NOT NULL,
	subject TEXT NOT NULL,
	details TEXT NOT NULL,
	PRIMARY KEY (seq)
);

CREATE INDEX ix_audit_event_subject ON audit_event (subject);

REVOKE UPDATE, DELETE, TRUNCATE ON audit_event FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table audit_node
CREATE TABLE audit_node (
	level INTEGER NOT NULL,
	position BIGINT NOT NULL,
	hash BYTEA NOT NULL,
	PRIMARY KEY (level, position)
);

REVOKE UPDATE, DELETE, TRUNCATE ON audit_node FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER audit_node_no_change BEFORE UPDATE OR DELETE ON audit_node FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_node_no_truncate BEFORE TRUNCATE ON audit_node FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table explained_run
CREATE TABLE explained_run (
	run_id TEXT NOT NULL,
	at TEXT NOT NULL,
	grounds TEXT NOT NULL,
	seal TEXT NOT NULL,
	PRIMARY KEY (run_id)
);

REVOKE DELETE, TRUNCATE ON explained_run FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER explained_run_no_change BEFORE UPDATE OR DELETE ON explained_run FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER explained_run_no_truncate BEFORE TRUNCATE ON explained_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

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

REVOKE UPDATE, DELETE, TRUNCATE ON gate_approval FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER gate_approval_no_change BEFORE UPDATE OR DELETE ON gate_approval FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER gate_approval_no_truncate BEFORE TRUNCATE ON gate_approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

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

REVOKE UPDATE, DELETE, TRUNCATE ON gate_assessment FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER gate_assessment_no_change BEFORE UPDATE OR DELETE ON gate_assessment FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER gate_assessment_no_truncate BEFORE TRUNCATE ON gate_assessment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table gate_evidence
CREATE TABLE gate_evidence (
	digest TEXT NOT NULL,
	document TEXT NOT NULL,
	PRIMARY KEY (digest)
);

REVOKE UPDATE, DELETE, TRUNCATE ON gate_evidence FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER gate_evidence_no_change BEFORE UPDATE OR DELETE ON gate_evidence FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER gate_evidence_no_truncate BEFORE TRUNCATE ON gate_evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

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

REVOKE UPDATE, DELETE, TRUNCATE ON gate_exception FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER gate_exception_no_change BEFORE UPDATE OR DELETE ON gate_exception FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER gate_exception_no_truncate BEFORE TRUNCATE ON gate_exception FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table gate_resumption
CREATE TABLE gate_resumption (
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	stop_id TEXT NOT NULL,
	reason TEXT NOT NULL,
	signature TEXT NOT NULL,
	PRIMARY KEY (number)
);

REVOKE UPDATE, DELETE, TRUNCATE ON gate_resumption FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER gate_resumption_no_change BEFORE UPDATE OR DELETE ON gate_resumption FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER gate_resumption_no_truncate BEFORE TRUNCATE ON gate_resumption FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- table gate_role_key
CREATE TABLE gate_role_key (
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	role TEXT NOT NULL,
	public_key TEXT NOT NULL,
	signature TEXT NOT NULL,
	PRIMARY KEY (number)
);

REVOKE UPDATE, DELETE, TRUNCATE ON gate_role_key FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER gate_role_key_no_change BEFORE UPDATE OR DELETE ON gate_role_key FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER gate_role_key_no_truncate BEFORE TRUNCATE ON gate_role_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

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

REVOKE UPDATE, DELETE, TRUNCATE ON gate_stop FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER gate_stop_no_change BEFORE UPDATE OR DELETE ON gate_stop FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER gate_stop_no_truncate BEFORE TRUNCATE ON gate_stop FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

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

REVOKE UPDATE, DELETE, TRUNCATE ON gate_verdict FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER gate_verdict_no_change BEFORE UPDATE OR DELETE ON gate_verdict FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER gate_verdict_no_truncate BEFORE TRUNCATE ON gate_verdict FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

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
);

CREATE INDEX ix_explained_decision_case ON explained_decision ("case");

REVOKE UPDATE, DELETE, TRUNCATE ON explained_decision FROM PUBLIC, CURRENT_USER;

CREATE TRIGGER explained_decision_no_change BEFORE UPDATE OR DELETE ON explained_decision FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER explained_decision_no_truncate BEFORE TRUNCATE ON explained_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
