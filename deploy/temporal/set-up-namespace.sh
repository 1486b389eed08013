#!/bin/sh
# Creates the namespace and the search attributes that activations set. Safe to run again.
# Which Temporal and which namespace: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE.
set -eu

# How long a finished activation can still be looked at.
RETENTION=30d

# Repeats a command while the server starts, or does not know yet what it was just told.
patiently() {
  attempts=30
  until "$@"; do
    attempts=$((attempts - 1))
    [ "$attempts" -gt 0 ] || { echo "gave up: $*" >&2; return 1; }
    sleep 2
  done
}

create_namespace() {
  temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
}

create_search_attribute() {
  known="$(temporal operator search-attribute list)" || return 1
  echo "$known" | grep -qw "$1" || temporal operator search-attribute create --name "$1" --type "$2"
}

patiently temporal operator cluster health
patiently create_namespace
patiently create_search_attribute VIN Keyword
patiently create_search_attribute Plate Keyword
patiently create_search_attribute Brand Keyword
patiently create_search_attribute Fleet Keyword
patiently create_search_attribute Provider Keyword
patiently create_search_attribute Application Keyword
patiently create_search_attribute ClearanceStatus Keyword
patiently create_search_attribute ClearanceReason Keyword
patiently create_search_attribute ActionOwner Keyword
patiently create_search_attribute ExternalId Keyword
patiently create_search_attribute ChangedAt Datetime
patiently create_search_attribute ReasonSince Datetime
patiently create_search_attribute DeadlineAt Datetime
patiently create_search_attribute NeedsAttention Bool
patiently create_search_attribute Trouble Bool
