# Two images from one build: `--target worker` and `--target gateway`.

FROM node:24.21.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY workflows workflows
COPY activities activities
RUN npm run build

# What is needed to run, and nothing more.
FROM node:24.21.0-slim AS production
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24.21.0-slim AS runtime
# Temporal's native client reads the system's certificates; the slim image has none.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /app
COPY --from=production /app/node_modules node_modules
COPY --from=build /app/lib lib
# Names the cache of `vin server` (decision 12).
COPY --from=build /app/src/trial/temporal-server/dev-server src/trial/temporal-server/dev-server
COPY package.json LICENSE ./
USER node
ENTRYPOINT ["node", "lib/src/cli/vin.js"]

FROM runtime AS worker
# Where certificates are kept (VIN_CERTIFICATES): a volume that is mounted there belongs to our user.
USER root
RUN install --directory --owner=node --group=node --mode=700 /certificates
USER node
# For a worker that mostly waits: V8 collects its garbage before it grows, and the C library gives back what is freed.
# A third less memory for 5 to 10 % more CPU (decision 0008). A heap ends at 1,024 MB: see docs/deploying.md.
ENV NODE_OPTIONS="--max-old-space-size=1024 --max-semi-space-size=8"
ENV MALLOC_ARENA_MAX=2
ENV MALLOC_MMAP_THRESHOLD_=131072
CMD ["worker"]

FROM runtime AS gateway
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["gateway", "--host", "0.0.0.0", "--port", "8080"]
