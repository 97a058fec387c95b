# Trilogue in one image: the API, the UI, the ingestion job and the other commands.
#
#   docker build -t trilogue .
#
# PIP_ARGS goes to the installation of torch only. Use it to choose PyTorch's index of CPU wheels;
# the wheels of the ordinary index bring several GB of CUDA libraries that Trilogue does not use:
#
#   docker build -t trilogue --build-arg PIP_ARGS="--index-url URL" .
#
# PACKAGES names more of Debian's packages. LibreOffice, for .doc, .ppt and .rtf files:
#
#   docker build -t trilogue \
#     --build-arg PACKAGES="libreoffice-writer-nogui libreoffice-impress-nogui" .

FROM python:3.11-slim AS build
ARG PIP_ARGS=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
RUN pip install --upgrade pip
# By itself and first, as in the Makefile: what comes later finds it and installs no other.
RUN pip install torch==2.13.0 $PIP_ARGS
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY assistant assistant
COPY evals evals
COPY ingest ingest
COPY prompts prompts
COPY ui ui
RUN pip install --constraint constraints.txt .

FROM python:3.11-slim
ARG PACKAGES=""
# llama.cpp computes in parallel with the system's OpenMP.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 $PACKAGES \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 trilogue \
    && install --directory --owner=trilogue --group=trilogue /data /models
COPY --from=build /opt/venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    TRILOGUE_DATA_DIR=/data \
    TRILOGUE_MODELS_DIR=/models
USER trilogue
WORKDIR /home/trilogue
VOLUME ["/data", "/models"]
EXPOSE 8000 7860
# For the API. Containers that run another command replace it or switch it off.
HEALTHCHECK --interval=15s --timeout=5s --start-period=180s --retries=4 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["trilogue", "serve", "--host", "0.0.0.0"]
