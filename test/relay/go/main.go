// Evaluates a definition of an ESC environment as Pulumi's own library does: what it reads on standard input is stored
// as Pulumi Cloud stores it, with every secret encrypted, then opened; the values are printed as JSON.
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/pulumi/esc"
	"github.com/pulumi/esc/eval"
)

// A cipher that hides nothing: what matters here is what is encrypted, not how.
type base64Cipher struct{}

func (base64Cipher) Encrypt(_ context.Context, plaintext []byte) ([]byte, error) {
	return []byte(base64.StdEncoding.EncodeToString(plaintext)), nil
}

func (base64Cipher) Decrypt(_ context.Context, ciphertext []byte) ([]byte, error) {
	return base64.StdEncoding.DecodeString(string(ciphertext))
}

// No definition of ours opens a provider or imports an environment.
type nothing struct{}

func (nothing) LoadProvider(_ context.Context, name string) (esc.Provider, error) {
	return nil, fmt.Errorf("there is no provider %v", name)
}

func (nothing) LoadRotator(_ context.Context, name string) (esc.Rotator, error) {
	return nil, fmt.Errorf("there is no rotator %v", name)
}

func (nothing) LoadEnvironment(_ context.Context, name string) ([]byte, eval.Decrypter, error) {
	return nil, nil, fmt.Errorf("there is no environment %v", name)
}

func evaluate(source []byte) (map[string]any, error) {
	ctx := context.Background()
	stored, err := eval.EncryptSecrets(ctx, "environment", source, base64Cipher{})
	if err != nil {
		return nil, err
	}
	// Before secrets are encrypted the definition has to be right too: nobody says which of the two is checked.
	for _, text := range [][]byte{source, stored} {
		if _, diagnostics, err := eval.LoadYAMLBytes("environment", text); err != nil || len(diagnostics) != 0 {
			return nil, fmt.Errorf("%v %v", err, diagnostics)
		}
	}
	declaration, _, _ := eval.LoadYAMLBytes("environment", stored)
	execution, err := esc.NewExecContext(map[string]esc.Value{})
	if err != nil {
		return nil, err
	}
	opened, diagnostics := eval.EvalEnvironment(ctx, "environment", declaration, base64Cipher{}, nothing{}, nothing{}, execution)
	if len(diagnostics) != 0 {
		return nil, diagnostics
	}
	return map[string]any{"stored": string(stored), "opened": esc.NewValue(opened.Properties).ToJSON(false)}, nil
}

func main() {
	source, err := io.ReadAll(os.Stdin)
	if err == nil {
		var result map[string]any
		if result, err = evaluate(source); err == nil {
			err = json.NewEncoder(os.Stdout).Encode(result)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
