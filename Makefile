# Each target is a line or two; what takes more is in scripts/.
.PHONY: build run test bench golden format publish

build:
	dotnet build -c Release

run:
	scripts/run.sh

test:
	scripts/test.sh

# Figures of docs/performance.md, measured anew.
bench:
	bench/run.sh

# Writes the golden files anew; read the difference before you commit it.
golden:
	DRAGOMAN_GOLDEN=refresh dotnet test tests/Dragoman.Tests

format:
	dotnet format Dragoman.slnx

publish:
	dotnet publish src/Dragoman.Server -c Release -r linux-x64 --self-contained -p:PublishReadyToRun=true -o artifacts/publish
