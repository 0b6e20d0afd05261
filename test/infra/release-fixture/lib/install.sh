echo "a release for tests"
