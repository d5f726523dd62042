<?php

// Creates one contact through a gateway, and prints it, or what Drift says where it is there already.

require_once __DIR__ . '/autoload.php';

use Drift\Contacts\Api\ContactsApi;
use Drift\Contacts\ApiException;
use Drift\Contacts\Configuration;
use Drift\Contacts\Model\ContactCreateRequest;
use GuzzleHttp\Exception\GuzzleException;

$configuration = (new Configuration())
    ->setHost(getenv('DRIFT_BASE_URL') ?: 'http://127.0.0.1:8474') // where `drift gateway` listens
    ->setAccessToken(getenv('DRIFT_TOKEN'));
$contacts = new ContactsApi(new GuzzleHttp\Client(), $configuration);
// Made once, outside the loop, and kept with your own record: every attempt sends the same id and the same key.
$externalId = getenv('DRIFT_EXTERNAL_ID') ?: 'u_' . bin2hex(random_bytes(16));
$key = bin2hex(random_bytes(16));
$attributes = [
    'email' => 'ada@example.test', 'externalId' => $externalId, 'plan' => 'pro', 'seats' => 12, 'vip' => true,
];
$request = new ContactCreateRequest(['attributes' => $attributes]);

while (true) {
    try {
        $contact = $contacts->createContact($request, idempotency_key: $key)->getData();
        echo $contact->getId(), ' ', $contact->getAttributes()['plan'], "\n";
        break;
    } catch (ApiException | GuzzleException $error) {
        $status = $error->getCode();
        if ($error instanceof ApiException && $status >= 400 && $status < 500 && !in_array($status, [408, 429], true)) {
            // 409 with CONTACT-6: a contact with this external id is there already.
            echo $status, ' ', $error->getResponseObject()?->getError()->getType(), "\n";
            break;
        }
        fwrite(STDERR, 'no result yet (' . $error::class . "): the same request again, in a second\n");
        sleep(1);
    }
}
