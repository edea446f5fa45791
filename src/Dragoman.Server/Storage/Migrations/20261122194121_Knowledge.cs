using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dragoman.Server.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Knowledge : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "projects",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    owner = table.Column<string>(type: "TEXT", nullable: false),
                    is_live = table.Column<bool>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    collection_name = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    db_provider = table.Column<string>(type: "TEXT", nullable: false),
                    embeddings_provider = table.Column<string>(type: "TEXT", nullable: false),
                    embedder = table.Column<string>(type: "TEXT", nullable: false),
                    dimensions = table.Column<int>(type: "INTEGER", nullable: false),
                    llm_provider = table.Column<string>(type: "TEXT", nullable: true),
                    llm_model = table.Column<string>(type: "TEXT", nullable: true),
                    ocr_provider = table.Column<string>(type: "TEXT", nullable: false),
                    speech_to_text_provider = table.Column<string>(type: "TEXT", nullable: false),
                    chunk_size = table.Column<int>(type: "INTEGER", nullable: true),
                    chunk_separators = table.Column<string>(type: "TEXT", nullable: false),
                    is_deleting = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_projects", x => x.number);
                    table.UniqueConstraint("AK_projects_id", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "bot_prompts",
                columns: table => new
                {
                    project = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    model = table.Column<string>(type: "TEXT", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    system_prompt = table.Column<string>(type: "TEXT", nullable: true),
                    parameters = table.Column<string>(type: "TEXT", nullable: false),
                    file_urls = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_bot_prompts", x => x.project);
                    table.ForeignKey(
                        name: "FK_bot_prompts_projects_project",
                        column: x => x.project,
                        principalTable: "projects",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "conversations",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    project = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_conversations", x => x.number);
                    table.UniqueConstraint("AK_conversations_id", x => x.id);
                    table.ForeignKey(
                        name: "FK_conversations_projects_project",
                        column: x => x.project,
                        principalTable: "projects",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "documents",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    project = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    format = table.Column<string>(type: "TEXT", nullable: true),
                    file_type = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: true),
                    address = table.Column<string>(type: "TEXT", nullable: true),
                    render_scripts = table.Column<bool>(type: "INTEGER", nullable: false),
                    model = table.Column<string>(type: "TEXT", nullable: true),
                    prompt = table.Column<string>(type: "TEXT", nullable: true),
                    metadata = table.Column<string>(type: "TEXT", nullable: false),
                    content_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    key_id = table.Column<string>(type: "TEXT", nullable: false),
                    status = table.Column<string>(type: "TEXT", nullable: false),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    chunk_count = table.Column<int>(type: "INTEGER", nullable: false),
                    failed_tries = table.Column<int>(type: "INTEGER", nullable: false),
                    retry_at = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_documents", x => x.number);
                    table.UniqueConstraint("AK_documents_id", x => x.id);
                    table.ForeignKey(
                        name: "FK_documents_projects_project",
                        column: x => x.project,
                        principalTable: "projects",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "conversation_turns",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    conversation = table.Column<Guid>(type: "TEXT", nullable: false),
                    user_text = table.Column<string>(type: "TEXT", nullable: false),
                    assistant_text = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_conversation_turns", x => x.number);
                    table.ForeignKey(
                        name: "FK_conversation_turns_conversations_conversation",
                        column: x => x.conversation,
                        principalTable: "conversations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_conversation_turns_conversation",
                table: "conversation_turns",
                column: "conversation");

            migrationBuilder.CreateIndex(
                name: "IX_conversations_project",
                table: "conversations",
                column: "project");

            migrationBuilder.CreateIndex(
                name: "IX_documents_project_content_hash",
                table: "documents",
                columns: new[] { "project", "content_hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_documents_status_project",
                table: "documents",
                columns: new[] { "status", "project" });

            migrationBuilder.CreateIndex(
                name: "IX_projects_owner_is_live",
                table: "projects",
                columns: new[] { "owner", "is_live" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "bot_prompts");

            migrationBuilder.DropTable(
                name: "conversation_turns");

            migrationBuilder.DropTable(
                name: "documents");

            migrationBuilder.DropTable(
                name: "conversations");

            migrationBuilder.DropTable(
                name: "projects");
        }
    }
}
