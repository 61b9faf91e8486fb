# Thin aliases: the commands themselves are in bin/.
.PHONY: serve test check setup ci
serve test check setup:
	@bin/$@
ci:
	@.ci/run
