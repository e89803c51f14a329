#!/usr/bin/env bash
# Writes the database that a version leaves behind, with that version's own program and
# simulators:
#
#	cmd/quell/testdata/old/make.sh 712a6f0
#
# In the folder of that name stand the story (write.txtar), its two configuration files
# and, afterwards, quell.db. A new version adds a folder; none is written anew, for what
# lies there is what its users have.
set -euo pipefail
version=$1
here=$(cd "$(dirname "$0")" && pwd)/$version
tree=$(mktemp -d)
trap 'git -C "$here" worktree remove --force "$tree"' EXIT
git -C "$here" worktree add --quiet --detach "$tree" "$version"
cp "$here/quell.yaml" "$here/policy.yaml" "$tree/cmd/quell/testdata/systems/"
sed "s|[$]OUT|$here|" "$here/write.txtar" >"$tree/cmd/quell/testdata/systems/old.txtar"
cd "$tree"
go test ./cmd/quell -count=1 -run TestSystems/old
