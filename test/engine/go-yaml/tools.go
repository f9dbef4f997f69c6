//go:build tools

// Package tools pins what this tier builds: the language host for programs in Pulumi YAML.
package tools

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
