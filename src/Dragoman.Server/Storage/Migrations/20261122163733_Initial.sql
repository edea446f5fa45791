CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);

CREATE TABLE "keys" (
    "number" INTEGER NOT NULL CONSTRAINT "PK_keys" PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "is_bootstrap" INTEGER NOT NULL,
    "hash" BLOB NOT NULL,
    "ending" TEXT NULL,
    "former_hash" BLOB NULL,
    "former_secret_until" INTEGER NULL,
    "project" TEXT NULL,
    "dialects" TEXT NULL,
    "models" TEXT NULL,
    "requests_per_minute" INTEGER NULL,
    "requests_per_day" INTEGER NULL,
    "tokens_per_minute" INTEGER NULL,
    "concurrent_calls" INTEGER NULL,
    "created_at" INTEGER NOT NULL,
    "expires_at" INTEGER NULL,
    "revoked_at" INTEGER NULL,
    "rotated_at" INTEGER NULL,
    CONSTRAINT "AK_keys_id" UNIQUE ("id"),
    CONSTRAINT "CK_keys_hash" CHECK (length(hash) = 32)
);

CREATE TABLE "day_counts" (
    "key_id" TEXT NOT NULL,
    "dialect" TEXT NOT NULL,
    "ends_at" INTEGER NOT NULL,
    "requests" INTEGER NOT NULL,
    CONSTRAINT "PK_day_counts" PRIMARY KEY ("key_id", "dialect"),
    CONSTRAINT "FK_day_counts_keys_key_id" FOREIGN KEY ("key_id") REFERENCES "keys" ("id") ON DELETE RESTRICT
);

CREATE TABLE "retired_secrets" (
    "hash" BLOB NOT NULL CONSTRAINT "PK_retired_secrets" PRIMARY KEY,
    "key_id" TEXT NOT NULL,
    CONSTRAINT "FK_retired_secrets_keys_key_id" FOREIGN KEY ("key_id") REFERENCES "keys" ("id") ON DELETE RESTRICT
);

CREATE UNIQUE INDEX "IX_keys_hash" ON "keys" ("hash");

CREATE UNIQUE INDEX "IX_keys_revision" ON "keys" ("revision");

CREATE INDEX "IX_retired_secrets_key_id" ON "retired_secrets" ("key_id");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261122163733_Initial', '10.0.14');

