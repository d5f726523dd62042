<?php

// Creates one contact, and prints it, or what Drift says where it is there already.

require_once __DIR__ . '/autoload.php';

use Drift\Contacts\Api\ContactsApi;
use Drift\Contacts\ApiException;
use Drift\Contacts\Configuration;
use Drift\Contacts\Model\ContactCreateRequest;
use Drift\Contacts\Model\FindIdType;
use GuzzleHttp\Exception\GuzzleException;

$configuration = (new Configuration())
    ->setHost(getenv('DRIFT_BASE_URL') ?: 'https://driftapi.com')
    ->setAccessToken(getenv('DRIFT_TOKEN'));
$contacts = new ContactsApi(new GuzzleHttp\Client(), $configuration);
// Made once, and kept with your own record: every attempt sends the same one, so a second contact is refused.
$externalId = getenv('DRIFT_EXTERNAL_ID') ?: 'u_' . bin2hex(random_bytes(16));
$attributes = [
    'email' => 'ada@example.test', 'externalId' => $externalId, 'plan' => 'pro', 'seats' => 12, 'vip' => true,
];
$request = new ContactCreateRequest(['attributes' => $attributes]);
$find = fn() => $contacts->findContacts(id_type: FindIdType::EXTERNAL, id: [$externalId])->getData();

for ($attempt = 1; $attempt <= 3; $attempt++) {
    try {
        // Where the response was lost, look before sending again.
        $found = $attempt > 1 ? $find() : [];
        $contact = $found[0] ?? $contacts->createContact($request)->getData();
        echo $contact->getId(), ' ', $contact->getAttributes()['plan'], "\n";
        break;
    } catch (ApiException | GuzzleException $error) {
        if ($error instanceof ApiException && $error->getResponseBody() !== null) {
            // 409 with CONTACT-6: a contact with this external id is there already.
            echo $error->getCode(), ' ', $error->getResponseObject()?->getError()->getType(), "\n";
            break;
        }
        $reason = $error::class;
        fwrite(STDERR, "attempt $attempt: no response, so the contact may exist ($reason)\n");
    }
}
