#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the packages: build.sh BUILD OUT. BUILD is a configured build of this tree. OUT gets the
# tarball, Debian's packages, an RPM and a list of what they are made of (SPDX). Debian's packages
# are built twice, in different folders, and must come out the same. What they are built from stays, for
# other releases.
set -euo pipefail
build=$(realpath "$1") out=$2
version=$(dpkg-parsechangelog -S Version)
upstream=${version%-*} name=mod_eckid-${version%-*}
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -S Timestamp)
export SOURCE_DATE_EPOCH
export TAR_OPTIONS="--sort=name --mtime=@$SOURCE_DATE_EPOCH --owner=0 --group=0 --numeric-owner"
rm -rf "$out"
mkdir -p "$out"
out=$(realpath "$out")

step() {
    printf '== %s\n' "$*" >&2
}

# logged NAME COMMAND...: its output only if it fails
logged() {
    "${@:2}" >"$out/$1.log" 2>&1 || {
        tail -40 "$out/$1.log" >&2
        exit 1
    }
}

tarball() {
    (cd "$build" && make -s dist)
    mv "$build/$name.tar.xz" "$out/"
    if tar -tf "$out/$name.tar.xz" | grep -E '\.(o|lo|so)$'; then
        echo "what was compiled is in the tarball" >&2
        return 1
    fi
    [ ! -e .git ] || whole
}

# All that git has, but for its own notes: ./run and the image must be made from the tarball, too.
whole() {
    git ls-files | grep -v '^\.git' | sed "s,^,$name/," | LC_ALL=C sort >"$out/wanted"
    tar -tf "$out/$name.tar.xz" | LC_ALL=C sort | LC_ALL=C comm -13 - "$out/wanted" >"$out/left-out"
    [ ! -s "$out/left-out" ] || {
        echo "the tarball is without these files:" >&2
        cat "$out/left-out" >&2
        return 1
    }
    rm "$out/wanted" "$out/left-out"
}

# unpack FOLDER: what Debian's packages are built from
unpack() {
    mkdir "$1"
    cp "$out/$name.tar.xz" "$1/libapache2-mod-eckid_$upstream.orig.tar.xz"
    tar -C "$1" -xf "$out/$name.tar.xz"
}

# debian FOLDER [build options]: packages, in a folder of their own
debian() {
    unpack "$1"
    (cd "$1/$name" && DEB_BUILD_OPTIONS="parallel=$(nproc) ${2-}" dpkg-buildpackage -us -uc)
}

same() {
    (cd "$out/first" && sha256sum ./*.deb) >"$out/sums"
    (cd "$out/second-place" && sha256sum --quiet -c "$out/sums")
}

rpm_package() {
    mkdir -p "$out/rpm/SOURCES"
    cp "$out/$name.tar.xz" "$out/rpm/SOURCES/"
    # the names in BuildRequires are of no use to Debian's rpm: what is installed is built against
    rpmbuild --nodeps -D "_topdir $out/rpm" -D "_httpd_apxs $(command -v apxs)" -bb mod_eckid.spec
}

step the tarball
logged dist tarball
unpack "$out/source"
step packages for Debian, with the unit tests
logged debian debian "$out/first"
step the same packages again, elsewhere
logged again debian "$out/second-place" nocheck
logged same same
step lintian
logged lintian lintian --fail-on error,warning "$out"/first/*.changes
step an RPM
logged rpm rpm_package
step what they are made of
/usr/bin/python3 package/sbom.py "$upstream" "$build/.libs/mod_eckid.so" >"$out/$name.spdx.json"
mv "$out"/first/*.deb "$out"/rpm/RPMS/*/*.rpm "$out/"
rm -rf "$out/first" "$out/second-place" "$out/rpm"
(cd "$out" && ls -l --block-size=1 ./*.deb ./*.rpm ./*.xz ./*.json | awk '{print $5, $9}')
