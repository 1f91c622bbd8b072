// status: limit
import 'floods';
