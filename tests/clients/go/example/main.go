// Creates a contact, and prints it, or what Drift says where it is there already.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	drift "drift.example/contacts"
)

func main() {
	configuration := drift.NewConfiguration()
	if url := os.Getenv("DRIFT_BASE_URL"); url != "" {
		configuration.Servers[0].URL = url
	}
	contacts := drift.NewAPIClient(configuration).ContactsAPI
	ctx := context.WithValue(context.Background(), drift.ContextAccessToken, os.Getenv("DRIFT_TOKEN"))

	attributes := drift.NewContactCreateAttributes("ada@example.test")
	attributes.SetExternalId("u_9f3c1ad27b60e845")
	attributes.AdditionalProperties = map[string]interface{}{"plan": "pro", "seats": 12, "vip": true}
	request := drift.NewContactCreateRequest(*attributes)
	created, response, err := contacts.CreateContact(ctx).ContactCreateRequest(*request).Execute()

	var failure *drift.GenericOpenAPIError
	if errors.As(err, &failure) {
		if refused, ok := failure.Model().(drift.ErrorResponse); ok {
			// 409 with CONTACT-6: a contact with this external id is there already.
			fmt.Println(response.StatusCode, refused.Error.GetType())
			return
		}
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(created.Data.Id, created.Data.Attributes.AdditionalProperties["plan"])
}
