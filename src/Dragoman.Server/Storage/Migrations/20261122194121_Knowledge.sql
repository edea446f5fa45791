CREATE TABLE "projects" (
    "number" INTEGER NOT NULL CONSTRAINT "PK_projects" PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "is_live" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "collection_name" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "db_provider" TEXT NOT NULL,
    "embeddings_provider" TEXT NOT NULL,
    "embedder" TEXT NOT NULL,
    "dimensions" INTEGER NOT NULL,
    "llm_provider" TEXT NULL,
    "llm_model" TEXT NULL,
    "ocr_provider" TEXT NOT NULL,
    "speech_to_text_provider" TEXT NOT NULL,
    "chunk_size" INTEGER NULL,
    "chunk_separators" TEXT NOT NULL,
    "is_deleting" INTEGER NOT NULL,
    CONSTRAINT "AK_projects_id" UNIQUE ("id")
);

CREATE TABLE "bot_prompts" (
    "project" TEXT NOT NULL CONSTRAINT "PK_bot_prompts" PRIMARY KEY,
    "name" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "system_prompt" TEXT NULL,
    "parameters" TEXT NOT NULL,
    "file_urls" TEXT NOT NULL,
    CONSTRAINT "FK_bot_prompts_projects_project" FOREIGN KEY ("project") REFERENCES "projects" ("id") ON DELETE CASCADE
);

CREATE TABLE "conversations" (
    "number" INTEGER NOT NULL CONSTRAINT "PK_conversations" PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "project" TEXT NOT NULL,
    "name" TEXT NULL,
    CONSTRAINT "AK_conversations_id" UNIQUE ("id"),
    CONSTRAINT "FK_conversations_projects_project" FOREIGN KEY ("project") REFERENCES "projects" ("id") ON DELETE CASCADE
);

CREATE TABLE "documents" (
    "number" INTEGER NOT NULL CONSTRAINT "PK_documents" PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "project" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "format" TEXT NULL,
    "file_type" TEXT NOT NULL,
    "name" TEXT NULL,
    "address" TEXT NULL,
    "render_scripts" INTEGER NOT NULL,
    "model" TEXT NULL,
    "prompt" TEXT NULL,
    "metadata" TEXT NOT NULL,
    "content_hash" BLOB NULL,
    "key_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "error" TEXT NULL,
    "chunk_count" INTEGER NOT NULL,
    "failed_tries" INTEGER NOT NULL,
    "retry_at" INTEGER NULL,
    "created_at" INTEGER NOT NULL,
    "started_at" INTEGER NULL,
    CONSTRAINT "AK_documents_id" UNIQUE ("id"),
    CONSTRAINT "FK_documents_projects_project" FOREIGN KEY ("project") REFERENCES "projects" ("id") ON DELETE CASCADE
);

CREATE TABLE "conversation_turns" (
    "number" INTEGER NOT NULL CONSTRAINT "PK_conversation_turns" PRIMARY KEY AUTOINCREMENT,
    "conversation" TEXT NOT NULL,
    "user_text" TEXT NOT NULL,
    "assistant_text" TEXT NULL,
    CONSTRAINT "FK_conversation_turns_conversations_conversation" FOREIGN KEY ("conversation") REFERENCES "conversations" ("id") ON DELETE CASCADE
);

CREATE INDEX "IX_conversation_turns_conversation" ON "conversation_turns" ("conversation");

CREATE INDEX "IX_conversations_project" ON "conversations" ("project");

CREATE UNIQUE INDEX "IX_documents_project_content_hash" ON "documents" ("project", "content_hash");

CREATE INDEX "IX_documents_status_project" ON "documents" ("status", "project");

CREATE INDEX "IX_projects_owner_is_live" ON "projects" ("owner", "is_live");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261122194121_Knowledge', '10.0.14');

