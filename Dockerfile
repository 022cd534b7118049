# One image; the command picks what runs: serve, nightly, rank, db upgrade. BASE is any Debian 12 (Python 3.11).
ARG BASE=debian:12-slim

FROM ${BASE} AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/adressekontrol
WORKDIR /src
COPY requirements.lock ./
RUN /opt/adressekontrol/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY governance governance
COPY features features
COPY training training
COPY service service
# what makes invented towns, and lets anybody in without a password, is not in the image; nothing that is left asks for it
RUN rm service/demo.py service/demo_cases.py service/demo_history.py service/demo_identities.py service/cli/demo.py service/cli/synth.py service/cli/invented.py \
 && rm -rf service/cli/simulate.py service/impact/simulate \
 && ! grep -rE '^\s*(from|import) (synthetic_data|service\.impact\.simulate)\b' governance features training service \
 && /opt/adressekontrol/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/adressekontrol/bin/pip install --no-cache-dir --no-deps --no-index /wheels/*.whl \
 && /opt/adressekontrol/bin/python -m pip uninstall --yes hatchling editables pip \
 && /opt/adressekontrol/bin/adressekontrol --help > /dev/null

FROM ${BASE}
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates libgomp1 postgresql-client python3 \
 && rm -rf /var/lib/apt/lists/* \
 && install --directory --owner=10001 --group=10001 --mode=0700 /var/lib/adressekontrol
COPY --from=build /opt/adressekontrol /opt/adressekontrol
ENV PATH=/opt/adressekontrol/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    ADRESSEKONTROL_HOME=/var/lib/adressekontrol \
    ADRESSEKONTROL_LISTEN=0.0.0.0
WORKDIR /var/lib/adressekontrol
USER 10001:10001
# days are Denmark's: an image that does not know its time zone is none
RUN python3 -c "from governance.as_of import require_calendar; require_calendar()"
VOLUME ["/var/lib/adressekontrol"]
EXPOSE 8000 9100
# no proxy of the environment is asked on the way to the service itself
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python3", "-c", "import http.client as h, os, sys; c = h.HTTPConnection('127.0.0.1', int(os.environ.get('ADRESSEKONTROL_PORT', 8000)), timeout=4); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["adressekontrol"]
CMD ["serve"]
