BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE post (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	slug VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	title_derived BOOLEAN NOT NULL, 
	body VARCHAR NOT NULL, 
	body_html VARCHAR NOT NULL, 
	excerpt VARCHAR NOT NULL, 
	words INTEGER NOT NULL, 
	published_at DATETIME, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	trashed_at DATETIME, 
	version INTEGER NOT NULL, 
	source VARCHAR, 
	CONSTRAINT uq_post_slug UNIQUE (slug), 
	CONSTRAINT uq_post_source UNIQUE (source)
);
INSERT INTO "post" VALUES(1,'older','Older',0,'Live, and older.','<p>Live, and older.</p>
','Live, and older.',3,'2026-11-22 12:00:00.000000','2026-11-24 12:00:00.000000','2026-11-24 12:00:00.000000',NULL,1,NULL);
INSERT INTO "post" VALUES(2,'live-and-derived','Live and derived',1,'Live and derived. It goes *on*.','<p>It goes <em>on</em>.</p>
','Live and derived. It goes on.',6,'2026-11-23 12:00:00.000000','2026-11-24 12:00:00.000000','2026-11-24 12:00:00.000000',NULL,1,'listing:abc');
INSERT INTO "post" VALUES(3,'scheduled','Scheduled',0,'To come.','<p>To come.</p>
','To come.',2,'2999-01-01 00:00:00.000000','2026-11-24 12:00:00.000000','2026-11-24 12:00:00.000000',NULL,1,NULL);
INSERT INTO "post" VALUES(4,'draft','Draft',0,'Not yet.','<p>Not yet.</p>
','Not yet.',2,NULL,'2026-11-24 12:00:00.000000','2026-11-24 12:00:00.000000',NULL,1,NULL);
INSERT INTO "post" VALUES(5,'trashed','Trashed',0,'Gone for now.','<p>Gone for now.</p>
','Gone for now.',3,'2026-11-24 12:00:00.000000','2026-11-24 12:00:00.000000','2026-11-24 12:00:00.000000','2026-11-24 12:00:00.000000',2,NULL);
CREATE TABLE post_tag (
	tag_id INTEGER NOT NULL, 
	live_from DATETIME DEFAULT '9999-12-31 23:59:59.999999' NOT NULL, 
	post_id INTEGER NOT NULL, 
	CONSTRAINT pk_post_tag PRIMARY KEY (tag_id, live_from, post_id), 
	CONSTRAINT fk_post_tag_tag_id_tag FOREIGN KEY(tag_id) REFERENCES tag (id) ON DELETE CASCADE, 
	CONSTRAINT fk_post_tag_post_id_post FOREIGN KEY(post_id) REFERENCES post (id) ON DELETE CASCADE, 
	CONSTRAINT uq_post_tag_post_id_tag_id UNIQUE (post_id, tag_id)
)
 WITHOUT ROWID

;
INSERT INTO "post_tag" VALUES(1,'2026-11-22 12:00:00.000000',1);
INSERT INTO "post_tag" VALUES(1,'2026-11-23 12:00:00.000000',2);
INSERT INTO "post_tag" VALUES(1,'9999-12-31 23:59:59.999999',5);
INSERT INTO "post_tag" VALUES(2,'2026-11-22 12:00:00.000000',1);
INSERT INTO "post_tag" VALUES(2,'2999-01-01 00:00:00.000000',3);
INSERT INTO "post_tag" VALUES(3,'2999-01-01 00:00:00.000000',3);
INSERT INTO "post_tag" VALUES(3,'9999-12-31 23:59:59.999999',4);
CREATE TABLE site (
	id INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	tagline VARCHAR NOT NULL, 
	author VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	time_zone VARCHAR NOT NULL, 
	posts_per_page INTEGER NOT NULL, 
	footer_links JSON NOT NULL, 
	content_version INTEGER DEFAULT '1' NOT NULL, 
	published INTEGER DEFAULT '0' NOT NULL, 
	welcomed_at DATETIME, 
	CONSTRAINT pk_site PRIMARY KEY (id), 
	CONSTRAINT ck_site_one_row CHECK (id = 1)
);
INSERT INTO "site" VALUES(1,'An old site','Since 0001','','en','Europe/Berlin',12,'[{"label": "Imprint", "url": "/posts/imprint"}]',16,3,NULL);
CREATE TABLE tag (
	id INTEGER NOT NULL, 
	slug VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	published INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_tag PRIMARY KEY (id), 
	CONSTRAINT uq_tag_slug UNIQUE (slug)
);
INSERT INTO "tag" VALUES(1,'salt','Salt',2);
INSERT INTO "tag" VALUES(2,'pepper','Pepper',2);
INSERT INTO "tag" VALUES(3,'water','Water',1);
CREATE INDEX ix_post_published_at_id ON post (published_at, id) WHERE trashed_at IS NULL;
CREATE TRIGGER post_inserted AFTER INSERT ON post WHEN (NEW.published_at IS NOT NULL AND NEW.trashed_at IS NULL) BEGIN UPDATE site SET published = published + 1; UPDATE site SET content_version = content_version + 1; END;
CREATE TRIGGER post_deleted AFTER DELETE ON post WHEN (OLD.published_at IS NOT NULL AND OLD.trashed_at IS NULL) BEGIN UPDATE site SET published = published - 1; UPDATE site SET content_version = content_version + 1; END;
CREATE TRIGGER post_changed AFTER UPDATE ON post WHEN (OLD.published_at IS NOT NULL AND OLD.trashed_at IS NULL) OR (NEW.published_at IS NOT NULL AND NEW.trashed_at IS NULL) BEGIN UPDATE site SET content_version = content_version + 1; END;
CREATE TRIGGER post_moved AFTER UPDATE OF published_at, trashed_at ON post WHEN NEW.published_at IS NOT OLD.published_at OR NEW.trashed_at IS NOT OLD.trashed_at BEGIN UPDATE site SET published = published - (OLD.published_at IS NOT NULL AND OLD.trashed_at IS NULL) + (NEW.published_at IS NOT NULL AND NEW.trashed_at IS NULL); UPDATE tag SET published = published - (OLD.published_at IS NOT NULL AND OLD.trashed_at IS NULL) + (NEW.published_at IS NOT NULL AND NEW.trashed_at IS NULL) WHERE id IN (SELECT tag_id FROM post_tag WHERE post_id = NEW.id); UPDATE post_tag SET live_from = CASE WHEN (NEW.published_at IS NOT NULL AND NEW.trashed_at IS NULL) THEN NEW.published_at ELSE '9999-12-31 23:59:59.999999' END WHERE post_id = NEW.id; END;
CREATE TRIGGER post_tagged AFTER INSERT ON post_tag BEGIN UPDATE post_tag SET live_from = (SELECT CASE WHEN (post.published_at IS NOT NULL AND post.trashed_at IS NULL) THEN post.published_at ELSE '9999-12-31 23:59:59.999999' END FROM post WHERE post.id = NEW.post_id) WHERE tag_id = NEW.tag_id AND live_from = NEW.live_from AND post_id = NEW.post_id; UPDATE tag SET published = published + 1 WHERE id = NEW.tag_id AND EXISTS (SELECT 1 FROM post WHERE post.id = NEW.post_id AND (post.published_at IS NOT NULL AND post.trashed_at IS NULL)); UPDATE site SET content_version = content_version + 1 WHERE EXISTS (SELECT 1 FROM post WHERE post.id = NEW.post_id AND (post.published_at IS NOT NULL AND post.trashed_at IS NULL)); END;
CREATE TRIGGER post_untagged AFTER DELETE ON post_tag BEGIN UPDATE tag SET published = published - 1 WHERE id = OLD.tag_id AND OLD.live_from <> '9999-12-31 23:59:59.999999'; UPDATE site SET content_version = content_version + 1 WHERE OLD.live_from <> '9999-12-31 23:59:59.999999'; END;
CREATE TRIGGER post_retagged AFTER UPDATE OF tag_id, post_id ON post_tag BEGIN UPDATE tag SET published = published - 1 WHERE id = OLD.tag_id AND OLD.live_from <> '9999-12-31 23:59:59.999999'; UPDATE site SET content_version = content_version + 1 WHERE OLD.live_from <> '9999-12-31 23:59:59.999999'; UPDATE post_tag SET live_from = (SELECT CASE WHEN (post.published_at IS NOT NULL AND post.trashed_at IS NULL) THEN post.published_at ELSE '9999-12-31 23:59:59.999999' END FROM post WHERE post.id = NEW.post_id) WHERE tag_id = NEW.tag_id AND live_from = NEW.live_from AND post_id = NEW.post_id; UPDATE tag SET published = published + 1 WHERE id = NEW.tag_id AND EXISTS (SELECT 1 FROM post WHERE post.id = NEW.post_id AND (post.published_at IS NOT NULL AND post.trashed_at IS NULL)); UPDATE site SET content_version = content_version + 1 WHERE EXISTS (SELECT 1 FROM post WHERE post.id = NEW.post_id AND (post.published_at IS NOT NULL AND post.trashed_at IS NULL)); END;
CREATE TRIGGER post_gone AFTER DELETE ON post BEGIN DELETE FROM post_tag WHERE post_id = OLD.id; END;
CREATE TRIGGER tag_gone AFTER DELETE ON tag BEGIN DELETE FROM post_tag WHERE tag_id = OLD.id; END;
CREATE TRIGGER tag_renamed AFTER UPDATE OF slug, name ON tag WHEN NEW.published > 0 BEGIN UPDATE site SET content_version = content_version + 1; END;
CREATE TRIGGER site_changed AFTER UPDATE OF title, tagline, author, language, time_zone, posts_per_page, footer_links ON site BEGIN UPDATE site SET content_version = content_version + 1; END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('post',6);
COMMIT;
